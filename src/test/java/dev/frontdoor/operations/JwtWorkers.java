package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.UpgradeRefusedException;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.WorkerTransport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Workers that prove themselves by a JWT, and what becomes of them. */
final class JwtWorkers {

    private final ServerUnderTest server;

    JwtWorkers(ServerUnderTest server) {
        this.server = server;
    }

    static Connect frame(String token) {
        return new Connect(
                0,
                ProtocolVersion.V1_0,
                ProtocolVersion.V1_3,
                Bytes.copyOf(token.getBytes(StandardCharsets.UTF_8)));
    }

    /** A worker whose token was accepted. */
    TestWorker connect(String token) throws IOException {
        TestWorker worker = server.connect();
        try {
            worker.send(frame(token));
            worker.expect(ConnectAck.class);
            return worker;
        } catch (AssertionError e) {
            worker.close();
            throw e;
        }
    }

    /** A worker whose token was accepted at the upgrade. */
    TestWorker upgrade(String token) throws IOException {
        return server.worker().header("Authorization", "Bearer " + token).connect();
    }

    /** Expects that a token is not accepted: in Connect, and at the upgrade. */
    void expectRefused(String what, String token) throws IOException {
        expectRefusedConnect(what, token);
        boolean fits = token.length() < 4000 && token.chars().allMatch(c -> c > 32 && c < 127);
        if (server.transport() == WorkerTransport.WEBSOCKET && fits) {
            assertThatExceptionOfType(UpgradeRefusedException.class)
                    .as(what)
                    .isThrownBy(() -> upgrade(token))
                    .satisfies(refusal -> {
                        assertThat(refusal.status()).isEqualTo(401);
                        assertThat(refusal.header("WWW-Authenticate")).containsExactly("Bearer");
                    });
        }
    }

    /** Expects that a token in Connect is not accepted. */
    void expectRefusedConnect(String what, String token) throws IOException {
        try (TestWorker worker = server.connect()) {
            worker.send(frame(token));
            assertThat(worker.expect(Frame.class))
                    .as(what)
                    .isEqualTo(new ConnectError(0, 6, "the token is not accepted"));
            worker.expectClose(1008);
        }
    }

    /** Expects that a token cannot be checked now: in Connect, and at the upgrade. */
    void expectUnavailable(String token) throws IOException {
        try (TestWorker worker = server.connect()) {
            worker.send(frame(token));
            assertThat(worker.expect(ConnectError.class).reasonCode()).isEqualTo(0xFFFF);
            worker.expectClose(1011);
        }
        if (server.transport() == WorkerTransport.WEBSOCKET) {
            assertThatExceptionOfType(UpgradeRefusedException.class)
                    .isThrownBy(() -> upgrade(token))
                    .satisfies(refusal -> {
                        assertThat(refusal.status()).isEqualTo(503);
                        assertThat(refusal.header("Retry-After")).isNotEmpty();
                    });
        }
    }

    /** A registration of a new identity in a namespace. */
    Registrations registration(String namespace) {
        return Registrations.of(server.newIdentity()).namespaces(namespace);
    }
}
