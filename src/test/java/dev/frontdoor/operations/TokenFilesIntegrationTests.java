package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.ConnectAck;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.DisconnectReason;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.UpgradeRefusedException;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.SecretDirectory;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;
import dev.frontdoor.test.server.WorkerTransport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/** Tokens in files that change while the service runs. */
@BothTransports
@FrontDoorTest({
    "frontdoor.auth.token-file-interval=50ms",
    "frontdoor.auth.revocation-window=200ms",
    "frontdoor.auth.tokens.fixed=token-that-stays"
})
@ExtendWith(LoggedOutputExtension.class)
class TokenFilesIntegrationTests {

    private static final SecretDirectory SECRET =
            SecretDirectory.create().put("other", "token-of-others");

    private final ServerUnderTest server;
    private final ScriptedNotifier notifier;
    private final Workers workers;

    TokenFilesIntegrationTests(
            ServerUnderTest server,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier notifier,
            Workers workers) {
        this.server = server;
        this.notifier = notifier;
        this.workers = workers;
    }

    @DynamicPropertySource
    static void files(DynamicPropertyRegistry settings) {
        settings.add("frontdoor.auth.token-files", SECRET::path);
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void rotatedTokenIsAcceptedAndTheOldOneIsRevoked() throws Exception {
        putAndAwait("web", "old-token");
        try (TestWorker old = connect("old-token", ProtocolVersion.V1_3);
                TestWorker oldest = connect("old-token", ProtocolVersion.V1_0);
                TestWorker other = connect("token-of-others", ProtocolVersion.V1_3);
                TestWorker fixed = connect("token-that-stays", ProtocolVersion.V1_3)) {
            old.register(TestWorker.registration(server.newIdentity()));
            putAndAwait("web", "new-token");

            assertThat(old.expect(DisconnectReason.class).reason())
                    .isEqualTo(DisconnectReason.Reason.GRANT_REVOKED);
            assertThat(old.expectClose(4014).reason()).contains("revoked");
            old.expectEnd();
            assertThat(oldest.expectClose(4014).reason()).contains("revoked");
            assertThat(oldest.poll())
                    .satisfiesAnyOf(
                            none -> assertThat(none).isNull(),
                            error -> assertThat(error).isInstanceOf(ConnectError.class));
            expectRefused("old-token");
            other.expectNothing();
            fixed.expectNothing();
        } finally {
            SECRET.remove("web");
        }
    }

    @Test
    void tokenThatIsRemovedWhileARegistrationIsDecidedEndsItAndNothingIsLeft() throws Exception {
        putAndAwait("web", "to-be-removed");
        String identity = server.newIdentity();
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        notifier.about(
                identity,
                (_, _) -> {
                    called.countDown();
                    ServerUnderTest.awaitLatch(release);
                });
        try (TestWorker worker = connect("to-be-removed", ProtocolVersion.V1_3)) {
            worker.send(new WorkerRegister(0, TestWorker.registration(identity)));
            ServerUnderTest.awaitLatch(called);
            SECRET.remove("web");

            worker.expect(DisconnectReason.class);
            worker.expectClose(4014);
        } finally {
            release.countDown();
        }
        server.expectNobody();
        assertThat(workers.connection(notifier.pidOf(identity))).isEmpty();
    }

    @Test
    void principalIsTheNameOfTheFileAndTheLogNamesIt(CapturedOutput output) throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker = connect("token-of-others", ProtocolVersion.V1_3)) {
            worker.register(TestWorker.registration(identity));

            assertThat(workers.connection(notifier.pidOf(identity)).orElseThrow().principal())
                    .extracting(Principal::name, Principal::kind)
                    .containsExactly("other", Principal.Kind.TOKEN);
            assertThat(
                            server.read("/actuator/registrations?identity=" + identity)
                                    .at("/registrations/0/principal")
                                    .asString())
                    .isEqualTo("other");
        }
        ServerUnderTest.eventually(() ->
                assertThat(output.getAll())
                        .contains(
                                "registration of '%s' by principal 'other' accepted"
                                        .formatted(identity)));
        assertThat(output.getAll()).doesNotContain("token-of-others", "token-that-stays");
    }

    @Test
    void noEndpointShowsAToken() throws Exception {
        try (TestWorker worker = connect("token-of-others", ProtocolVersion.V1_3)) {
            worker.register(TestWorker.registration(server.newIdentity()));
            for (String endpoint :
                    new String[] {
                        "registrations",
                        "departures",
                        "notifiers",
                        "health",
                        "info",
                        "metrics",
                        "env",
                        "configprops",
                        "threaddump",
                        "prometheus",
                        "loggers"
                    }) {
                assertThat(server.ask("/actuator/" + endpoint).body())
                        .as(endpoint)
                        .doesNotContain("token-of-others", "token-that-stays");
            }
        }
    }

    @Test
    void checksAreCountedByOutcome() throws Exception {
        double accepted =
                server.sum("frontdoor.authentications", "method", "token", "outcome", "accepted");
        double refused =
                server.sum("frontdoor.authentications", "method", "token", "outcome", "refused");
        connect("token-of-others", ProtocolVersion.V1_3).close();
        expectRefused("nonsense");

        server.expectSum(
                accepted + 1,
                "frontdoor.authentications",
                "method",
                "token",
                "outcome",
                "accepted");
        server.expectSum(
                refused + 1, "frontdoor.authentications", "method", "token", "outcome", "refused");
        assertThat(server.sum("frontdoor.authentication.tokens")).isGreaterThanOrEqualTo(2);
    }

    @Test
    void tokenOfAnUpgradeProvesTheWorkerWhichMayLeaveConnectOut() throws Exception {
        if (server.transport() != WorkerTransport.WEBSOCKET) {
            return;
        }
        for (String header : new String[] {"Bearer token-of-others", "bEARER  token-of-others "}) {
            try (TestWorker worker = server.worker().header("Authorization", header).connect()) {
                worker.register(TestWorker.registration(server.newIdentity()));
                worker.expectNothing();
            }
            try (TestWorker worker = server.worker().header("Authorization", header).connect()) {
                assertThat(worker.authenticate("")).isInstanceOf(ConnectAck.class);
                worker.register(TestWorker.registration(server.newIdentity()));
            }
            try (TestWorker worker = server.worker().header("Authorization", header).connect()) {
                assertThat(worker.authenticate("not looked at")).isInstanceOf(ConnectAck.class);
            }
        }
    }

    @Test
    void upgradeWithAWrongTokenIsUnauthorized() {
        if (server.transport() != WorkerTransport.WEBSOCKET) {
            return;
        }
        for (String header : new String[] {"Bearer wrong", "Bearer ", "bearer  "}) {
            assertThatExceptionOfType(UpgradeRefusedException.class)
                    .isThrownBy(() -> server.worker().header("Authorization", header).connect())
                    .satisfies(refusal -> {
                        assertThat(refusal.status()).isEqualTo(401);
                        assertThat(refusal.header("WWW-Authenticate")).containsExactly("Bearer");
                    });
        }
        assertThatExceptionOfType(UpgradeRefusedException.class)
                .isThrownBy(() ->
                        server.worker()
                                .header("Authorization", "Bearer token-of-others")
                                .header("Authorization", "Bearer token-of-others")
                                .connect())
                .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(401));
    }

    @Test
    void credentialsOfAnotherSchemeAreNotLookedAt() throws Exception {
        if (server.transport() != WorkerTransport.WEBSOCKET) {
            return;
        }
        try (TestWorker worker =
                server.worker().header("Authorization", "Basic d3Jvbmc6d3Jvbmc=").connect()) {
            worker.authenticate("token-of-others");
        }
    }

    private void putAndAwait(String name, String token) {
        SECRET.put(name, token);
        ServerUnderTest.eventually(() -> connect(token, ProtocolVersion.V1_0).close());
    }

    private void expectRefused(String token) throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.send(frame(token, ProtocolVersion.V1_0));
            assertThat(worker.expect(ConnectError.class).reasonCode()).isEqualTo(6);
            worker.expectClose(1008);
        }
    }

    private TestWorker connect(String token, ProtocolVersion version) throws Exception {
        TestWorker worker = server.connect();
        try {
            worker.send(frame(token, version));
            worker.expect(ConnectAck.class);
            return worker;
        } catch (AssertionError e) {
            worker.close();
            throw e;
        }
    }

    private static Connect frame(String token, ProtocolVersion version) {
        return new Connect(
                0, version, version, Bytes.copyOf(token.getBytes(StandardCharsets.UTF_8)));
    }
}
