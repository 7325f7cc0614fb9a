package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.WebSocketFrame;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;

/** Which silent connections are closed, and which are not. */
@FrontDoorTest({
    "frontdoor.heartbeat.interval=1s",
    "frontdoor.heartbeat.timeout=1s",
    "frontdoor.limits.max-outbound-bytes=100MB",
    "frontdoor.notifiers.timeout=60s"
})
class HeartbeatIntegrationTests {

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration SILENCE_LIMIT = INTERVAL.plusSeconds(1);

    /** The allowed delay of detection after that. */
    private static final Duration DELAY = Duration.ofSeconds(1);

    private final ServerUnderTest server;
    private final Workers workers;
    private final ScriptedNotifier firstNotifier;

    /** What a worker does while time passes. */
    @FunctionalInterface
    private interface Action {
        void run() throws Exception;
    }

    HeartbeatIntegrationTests(
            ServerUnderTest server,
            Workers workers,
            @Qualifier(TestApplication.FIRST) ScriptedNotifier firstNotifier) {
        this.server = server;
        this.workers = workers;
        this.firstNotifier = firstNotifier;
    }

    @AfterEach
    void nobodyIsLeft() {
        server.expectNobody();
    }

    @Test
    void workerWhoseHostVanishesIsUnregisteredInTime() throws Exception {
        Duration quickest = Duration.ofDays(1);
        // A busy machine can only delay detection, so one detection in time is enough.
        for (int i = 0; i < 5 && quickest.compareTo(SILENCE_LIMIT.plus(DELAY)) > 0; i++) {
            Duration detection = vanish();
            assertThat(detection).isGreaterThan(SILENCE_LIMIT);
            quickest = quickest.compareTo(detection) < 0 ? quickest : detection;
        }
        assertThat(quickest).isLessThan(SILENCE_LIMIT.plus(DELAY));
    }

    /** The time from a worker's last frame to its unregistration. */
    private Duration vanish() throws Exception {
        double closed = closed(4012);
        String identity = server.newIdentity();
        try (CuttableNetwork network = CuttableNetwork.to(server.uri("/liminal"));
                TestWorker worker =
                        TestWorker.to(network.uri()).timeout(ServerUnderTest.MAX_WAIT).connect()) {
            worker.register(TestWorker.registration(identity));
            assertThat(workers.find(firstNotifier.pidOf(identity))).isPresent();
            long lastHeard = System.nanoTime();
            worker.expectNothing();

            network.cut();
            ServerUnderTest.eventually(
                    () -> assertThat(workers.find(firstNotifier.pidOf(identity))).isEmpty());
            Duration detection = Duration.ofNanos(System.nanoTime() - lastHeard);
            ServerUnderTest.eventually(() ->
                    assertThat(firstNotifier.held()).doesNotContain(firstNotifier.pidOf(identity)));
            ServerUnderTest.eventually(() -> assertThat(closed(4012)).isEqualTo(closed + 1));
            return detection;
        }
    }

    @Test
    void silentWorkerIsPingedAndGivenUpOnceItDoesNotAnswer() throws Exception {
        try (HttpSocket worker = register()) {
            for (int i = 0; i < 3; i++) {
                WebSocketFrame ping = worker.frame();
                assertThat(ping.firstByte()).isEqualTo(WebSocketFrame.PING);
                worker.send(WebSocketFrame.masked(WebSocketFrame.PONG, new byte[0]));
            }
            assertThat(worker.frame().firstByte()).isEqualTo(WebSocketFrame.PING);
            WebSocketFrame close = worker.frame();
            assertThat(close.firstByte()).isEqualTo(WebSocketFrame.CLOSE);
            assertThat(close.payload().toHex()).startsWith("%04x".formatted(4012));
        }
    }

    @Test
    void slowSenderOfOneMessageIsNotCutOff() throws Exception {
        try (TestWorker worker = server.connect()) {
            worker.answerPings(false);
            byte[] message =
                    WebSocketFrame.message(
                            new WorkerRegister(
                                    0,
                                    Registrations.of(server.newIdentity())
                                            .activityTypes(
                                                    "a".repeat(1_000),
                                                    "b".repeat(1_000),
                                                    "c".repeat(1_000),
                                                    "d".repeat(1_000),
                                                    "e".repeat(1_000))
                                            .build()));
            int[] sent = {0};
            whileASilentOneIsGivenUp(() -> {
                worker.sendRaw(Arrays.copyOfRange(message, sent[0], sent[0] + 2));
                sent[0] += 2;
            });
            assertThat(sent[0]).isLessThan(message.length);
            worker.sendRaw(Arrays.copyOfRange(message, sent[0], message.length));
            worker.expectAccepted();
        }
    }

    @Test
    void workerThatReadsNothingIsClosedAsASlowReader() throws Exception {
        String identity = server.newIdentity();
        double closed = closed(4013);
        try (TestWorker worker = server.worker().receiveBuffer(4096).connect()) {
            worker.register(TestWorker.registration(identity));
            worker.pause();
            ServerUnderTest.eventually(() -> {
                var _ =
                        workers.push(
                                firstNotifier.pidOf(identity),
                                new byte[900_000],
                                ServerUnderTest.MAX_WAIT);
                assertThat(closed(4013)).isEqualTo(closed + 1);
            });
        }
    }

    /** Repeats an action until a later worker, which is silent, has been closed. */
    private void whileASilentOneIsGivenUp(Action action) throws Exception {
        try (TestWorker silent = server.register(server.newIdentity())) {
            silent.answerPings(false);
            await().atMost(ServerUnderTest.MAX_WAIT)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> {
                        action.run();
                        return !silent.isOpen();
                    });
            silent.expectClose(4012);
        }
    }

    private HttpSocket register() throws IOException {
        HttpSocket worker = server.http();
        worker.send(Requests.upgrade().toString());
        assertThat(worker.answerWithoutBody().status()).isEqualTo(101);
        worker.send(
                WebSocketFrame.message(
                        new WorkerRegister(0, TestWorker.registration(server.newIdentity()))));
        assertThat(worker.message()).isEqualTo(WorkerRegisterAck.ACCEPTED);
        return worker;
    }

    private double closed(int code) {
        return server.sum("frontdoor.connections.closed", "code", Integer.toString(code));
    }
}
