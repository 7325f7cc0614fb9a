package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Peers without a token that fill the room for messages which have not arrived in full. */
@BothTransports
@FrontDoorTest({
    "frontdoor.auth.tokens=sesame",
    "frontdoor.limits.max-frame-size=1MB",
    "frontdoor.limits.max-unfinished-bytes=2MB",
    "frontdoor.limits.connect-timeout=60s",
    "frontdoor.limits.message-timeout=60s"
})
class UnprovenWorkersIntegrationTests {

    private static final int STRANGERS = 100;
    private static final int FIRST_MESSAGE = 64 * 1024;
    private static final int BUDGET = 2 * 1024 * 1024;

    private final ServerUnderTest server;

    UnprovenWorkersIntegrationTests(ServerUnderTest server) {
        this.server = server;
    }

    @Test
    void strangersLeaveRoomForWorkersThatAreConnected() throws Exception {
        byte[] first =
                FrameCodec.encode(
                        new Unknown(0x40, 0, 0, Bytes.copyOf(new byte[FIRST_MESSAGE - 10])));
        List<TestWorker> strangers = new ArrayList<>();
        try (TestWorker bystander = server.worker().token("sesame").connect();
                TestWorker newcomer = server.worker().token("sesame").connect()) {
            bystander.register(TestWorker.registration(server.newIdentity()));
            for (int i = 0; i < STRANGERS; i++) {
                TestWorker stranger = server.connect();
                strangers.add(stranger);
                stranger.sendStart(first, FIRST_MESSAGE - 1);
            }
            ServerUnderTest.eventually(() ->
                    assertThat(server.sum("frontdoor.frames.refused", "reason", "no_memory"))
                            .as("strangers without room")
                            .isPositive());

            registerInParts(newcomer);
            registerInParts(bystander);
            assertThat(used("unproven")).isBetween(FIRST_MESSAGE * 2.0, BUDGET / 4.0);
        } finally {
            strangers.forEach(TestWorker::close);
        }
        server.expectNobody();
        server.expectSum(0, "frontdoor.budget.used", "budget", "messages");
        server.expectSum(0, "frontdoor.budget.used", "budget", "unproven");
    }

    /** Sends a registration whose second half follows once the first has taken room. */
    private void registerInParts(TestWorker worker) {
        byte[] message =
                worker.bytes(
                        new WorkerRegister(
                                0,
                                Registrations.of(server.newIdentity())
                                        .activity("a", "\"" + "x".repeat(100_000) + "\"", "{}")
                                        .build()));
        double before = used("messages") - used("unproven");
        worker.sendRaw(Arrays.copyOf(message, message.length / 2));
        ServerUnderTest.eventually(() ->
                assertThat(used("messages") - used("unproven"))
                        .as("room of workers that are connected")
                        .isGreaterThan(before));
        worker.sendRaw(Arrays.copyOfRange(message, message.length / 2, message.length));
        worker.expectAccepted();
    }

    private double used(String budget) {
        return server.sum("frontdoor.budget.used", "budget", budget);
    }
}
