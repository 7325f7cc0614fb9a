package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.Connect;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.WorkerTransport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

/** What one principal may take, and which identity it may have. */
@BothTransports
@FrontDoorTest({
    "frontdoor.auth.tokens.alice=token-of-alice",
    "frontdoor.auth.tokens.bob=token-of-bob",
    "frontdoor.auth.identity-from-principal=true",
    "frontdoor.limits.max-connections-per-principal=2",
    "frontdoor.limits.max-registrations-per-second-per-principal=1"
})
class PrincipalLimitsIntegrationTests {

    private final ServerUnderTest server;

    PrincipalLimitsIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void connectionBeyondTheLimitOfItsPrincipalIsToldSoAndMayComeBack() throws Exception {
        try (TestWorker first = server.worker().token("token-of-alice").connect();
                TestWorker second = server.worker().token("token-of-alice").connect();
                TestWorker other = server.worker().token("token-of-bob").connect()) {
            try (TestWorker third = server.connect()) {
                third.send(
                        new Connect(
                                0,
                                ProtocolVersion.V1_0,
                                ProtocolVersion.V1_3,
                                Bytes.copyOf("token-of-alice".getBytes(StandardCharsets.UTF_8))));
                ConnectError error = third.expect(ConnectError.class);
                assertThat(error.reasonCode()).isEqualTo(0xFFFF);
                assertThat(error.message())
                        .isEqualTo("the limit of 2 connections of one principal is reached");
                assertThat(third.expectClose(4003).reason()).isEqualTo(error.message());
            }
            if (server.transport() == WorkerTransport.WEBSOCKET) {
                try (TestWorker third =
                        server.worker()
                                .header("Authorization", "Bearer token-of-alice")
                                .connect()) {
                    assertThat(third.expect(ConnectError.class).reasonCode()).isEqualTo(0xFFFF);
                    third.expectClose(4003);
                }
            }
            first.expectNothing();
            other.expectNothing();
            second.disconnect();
            second.expectClose(1000);
            second.expectEnd();
            ServerUnderTest.eventually(
                    () -> server.worker().token("token-of-alice").connect().close());
        }
    }

    @Test
    void identityMustBeThePrincipalsName() throws Exception {
        try (TestWorker worker = server.worker().token("token-of-bob").connect()) {
            ServerUnderTest.eventually(() ->
                    assertThat(worker.register(TestWorker.registration("alice")))
                            .isEqualTo(
                                    WorkerRegisterAck.rejected(
                                            "the identity must be \"bob\", the name of the"
                                                    + " principal")));
            ServerUnderTest.eventually(() ->
                    assertThat(worker.register(TestWorker.registration("bob")))
                            .isEqualTo(WorkerRegisterAck.ACCEPTED));
        }
    }

    @Test
    void registrationsBeyondTheRateAreRejectedForNow() throws Exception {
        try (TestWorker worker = server.worker().token("token-of-alice").connect()) {
            WorkerRegisterAck last = WorkerRegisterAck.ACCEPTED;
            for (int i = 0; i < 20 && last.equals(WorkerRegisterAck.ACCEPTED); i++) {
                worker.send(new WorkerRegister(0, TestWorker.registration("alice")));
                last = worker.expect(WorkerRegisterAck.class);
            }
            assertThat(last.toString())
                    .containsPattern(
                            "too many workers of one principal register; retry in [0-9]+ s");
        }
    }
}
