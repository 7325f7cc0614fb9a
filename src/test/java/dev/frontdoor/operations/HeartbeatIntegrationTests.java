package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.WebSocketFrame;
import dev.frontdoor.test.server.Door;
import dev.frontdoor.test.server.House;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.ScriptedNotifier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/** Which silence ends a connection, and which does not. */
@DoorWith({
    "frontdoor.heartbeat.interval=1s",
    "frontdoor.heartbeat.timeout=1s",
    "frontdoor.limits.max-outbound-bytes=100MB",
    "frontdoor.notifiers.timeout=60s"
})
class HeartbeatIntegrationTests {

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration PATIENCE = INTERVAL.plusSeconds(1);

    /** How long nothing may be noticed beyond that. */
    private static final Duration DELAY = Duration.ofSeconds(1);

    private final Door door;
    private final Workers workers;
    private final ScriptedNotifier porter;

    /** What a worker does while time passes. */
    @FunctionalInterface
    private interface Action {
        void run() throws Exception;
    }

    HeartbeatIntegrationTests(
            Door door, Workers workers, @Qualifier(House.PORTER) ScriptedNotifier porter) {
        this.door = door;
        this.workers = workers;
        this.porter = porter;
    }

    @AfterEach
    void nobodyIsLeft() {
        door.expectNobody();
    }

    @Test
    void workerWhoseHostVanishesIsUnregisteredInTime() throws Exception {
        Duration quickest = Duration.ofDays(1);
        // Whatever else the machine does can only make it later, so one in time will do.
        for (int i = 0; i < 5 && quickest.compareTo(PATIENCE.plus(DELAY)) > 0; i++) {
            Duration detection = vanish();
            assertThat(detection).isGreaterThan(PATIENCE);
            quickest = quickest.compareTo(detection) < 0 ? quickest : detection;
        }
        assertThat(quickest).isLessThan(PATIENCE.plus(DELAY));
    }

    /** How long after its last sign of life such a worker is unregistered. */
    private Duration vanish() throws Exception {
        double closed = closed(4012);
        String identity = door.newIdentity();
        try (CutOff network = CutOff.to(door.uri("/liminal"));
                TestWorker worker = TestWorker.to(network.uri()).timeout(Door.PATIENCE).connect()) {
            worker.register(TestWorker.registration(identity));
            assertThat(workers.find(porter.pidOf(identity))).isPresent();
            long lastHeard = System.nanoTime();
            worker.expectNothing();

            network.cut();
            Door.soon(() -> assertThat(workers.find(porter.pidOf(identity))).isEmpty());
            Duration detection = Duration.ofNanos(System.nanoTime() - lastHeard);
            Door.soon(() -> assertThat(porter.held()).doesNotContain(porter.pidOf(identity)));
            assertThat(closed(4012)).isEqualTo(closed + 1);
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
    void workerThatAnswersPingsStays() throws Exception {
        try (TestWorker worker = door.register(door.newIdentity())) {
            whileASilentOneIsGivenUp(() -> assertThat(worker.isOpen()).isTrue());
            worker.expectNothing();
        }
    }

    @Test
    void anyTrafficIsASignOfLife() throws Exception {
        try (TestWorker worker = door.register(door.newIdentity());
                TestWorker pinging = door.connect()) {
            worker.answerPings(false);
            pinging.answerPings(false);
            Frame unknown = new Unknown(0x70, 0, 1, Bytes.EMPTY);
            whileASilentOneIsGivenUp(() -> {
                worker.send(unknown);
                pinging.ping(new byte[] {1});
                pinging.expectPong(new byte[] {1});
            });
            worker.expectNothing();
        }
    }

    @Test
    void slowSenderOfOneMessageIsNotCutOff() throws Exception {
        try (TestWorker worker = door.connect()) {
            worker.answerPings(false);
            byte[] message =
                    WebSocketFrame.message(
                            new WorkerRegister(
                                    0,
                                    Registrations.of(door.newIdentity())
                                            .activityTypes("x".repeat(5_000))
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
    void workerThatIsNotReadWhileItIsDecidedIsNotGivenUp() throws Exception {
        String identity = door.newIdentity();
        CountDownLatch decide = new CountDownLatch(1);
        porter.about(identity, (_, _) -> Door.awaitLatch(decide));
        try (TestWorker worker = door.connect()) {
            worker.answerPings(false);
            worker.authenticate("");
            worker.send(new WorkerRegister(0, TestWorker.registration(identity)));
            for (int i = 0; i < 3; i++) {
                worker.send(new Unknown(0x70, 0, 1, Bytes.copyOf(new byte[100_000])));
            }
            whileASilentOneIsGivenUp(() -> assertThat(worker.isOpen()).isTrue());
            decide.countDown();
            worker.expectAccepted();
        }
    }

    @Test
    void workerThatReadsNothingIsEndedAsASlowReader() throws Exception {
        String identity = door.newIdentity();
        double closed = closed(4013);
        try (TestWorker worker =
                        door.worker().receiveBuffer(4096).timeout(Door.PATIENCE).connect();
                TestWorker other = door.register(door.newIdentity())) {
            worker.register(TestWorker.registration(identity));
            worker.pause();
            for (int i = 0; i < 8; i++) {
                var _ = workers.push(porter.pidOf(identity), new byte[900_000], Door.PATIENCE);
                other.expectNothing();
            }
            Door.soon(() -> {
                other.expectNothing();
                assertThat(closed(4013)).isEqualTo(closed + 1);
            });
        }
    }

    /**
     * Does something every now and then until a worker that came later and is silent was given up.
     */
    private void whileASilentOneIsGivenUp(Action action) throws Exception {
        try (TestWorker silent = door.register(door.newIdentity())) {
            silent.answerPings(false);
            await().atMost(Door.PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> {
                        action.run();
                        return !silent.isOpen();
                    });
            silent.expectClose(4012);
        }
    }

    private HttpSocket register() throws IOException {
        HttpSocket worker = door.http();
        worker.send(Requests.upgrade().toString());
        assertThat(worker.answerWithoutBody().status()).isEqualTo(101);
        worker.send(
                WebSocketFrame.message(
                        new WorkerRegister(0, TestWorker.registration(door.newIdentity()))));
        assertThat(worker.message()).isEqualTo(WorkerRegisterAck.ACCEPTED);
        return worker;
    }

    private double closed(int code) {
        return door.sum("frontdoor.connections.closed", "code", Integer.toString(code));
    }
}
