package dev.frontdoor.connection;

import static dev.frontdoor.test.WebSocketFrame.masked;
import static dev.frontdoor.test.WebSocketFrame.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.Subscribe;
import dev.frontdoor.protocol.Frame.SubscribeError;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.Door;
import dev.frontdoor.test.server.House;
import dev.frontdoor.test.server.OpenDoor;
import dev.frontdoor.test.server.ScriptedNotifier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Workers that send faster than they are handled, or read slower than they are sent to. */
@OpenDoor
class BackPressureIntegrationTests {

    private final Door door;
    private final Workers workers;
    private final ScriptedNotifier porter;

    BackPressureIntegrationTests(
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
    void workerThatFloodsWhileItIsDecidedIsNotReadUntilItIsAndIsAnsweredInOrder() throws Exception {
        String identity = door.newIdentity();
        CountDownLatch decide = new CountDownLatch(1);
        porter.about(identity, (_, _) -> Door.awaitLatch(decide));
        int messages = 400;
        Bytes ballast = Bytes.copyOf(new byte[64 * 1024]);
        AtomicInteger sent = new AtomicInteger();
        double handled = door.sum("frontdoor.frames.received", "type", "unknown");
        try (TestWorker worker = door.connect()) {
            worker.authenticate("");
            worker.send(new WorkerRegister(0, TestWorker.registration(identity)));
            CompletableFuture<Void> flood =
                    CompletableFuture.runAsync(
                            () -> {
                                for (int i = 1; i <= messages; i++) {
                                    worker.send(new Unknown(0x70, 0, i, ballast));
                                    worker.send(new Subscribe(0, i, "c", List.of(), 1));
                                    sent.set(i);
                                }
                            },
                            task -> Thread.ofVirtual().start(task));
            awaitStandstill(sent);
            assertThat(sent).as("25 MB do not fit in any buffer").hasValueLessThan(messages);
            assertThat(door.sum("frontdoor.frames.received", "type", "unknown")).isEqualTo(handled);
            decide.countDown();

            worker.expectAccepted();
            for (int i = 1; i <= messages; i++) {
                assertThat(worker.expect(SubscribeError.class).streamId()).isEqualTo(i);
            }
            assertThat(flood).succeedsWithin(Door.PATIENCE);
        }
    }

    @Test
    void workerThatFloodsAndVanishesWhileItIsDecidedIsUndone() throws Exception {
        String identity = door.newIdentity();
        CountDownLatch decide = new CountDownLatch(1);
        porter.about(identity, (_, _) -> Door.awaitLatch(decide));
        try (TestWorker worker = door.connect()) {
            worker.authenticate("");
            worker.send(new WorkerRegister(0, TestWorker.registration(identity)));
            worker.send(new Unknown(0x70, 0, 1, Bytes.copyOf(new byte[200_000])));
            worker.send(new Unknown(0x70, 0, 1, Bytes.copyOf(new byte[200_000])));
            worker.vanish();
        }
        decide.countDown();
    }

    @Test
    void pingsOfAWorkerThatDoesNotReadStopBeingRead() throws Exception {
        ByteArrayOutputStream pings = new ByteArrayOutputStream();
        for (int i = 0; i < 100; i++) {
            pings.writeBytes(message(new Ping(0)));
            pings.writeBytes(masked(0x89, new byte[100]));
        }
        byte[] burst = pings.toByteArray();
        AtomicInteger sent = new AtomicInteger();
        try (TestWorker worker = door.worker().receiveBuffer(4096).connect();
                TestWorker other = door.connect()) {
            worker.pause();
            CompletableFuture<Void> flood =
                    CompletableFuture.runAsync(
                            () -> {
                                for (int i = 0; i < 4000; i++) {
                                    worker.sendRaw(burst);
                                    sent.incrementAndGet();
                                }
                            },
                            task -> Thread.ofVirtual().start(task));
            awaitStandstill(sent);
            other.expectNothing();
            assertThat(flood).as("50 MB do not fit in any buffer").isNotDone();
            try (TestWorker next = door.register(door.newIdentity())) {
                next.expectNothing();
            }
            worker.vanish();
            assertThat(flood).failsWithin(Door.PATIENCE);
        }
    }

    @Test
    void pingsOfAWorkerThatReadsAreAllAnswered() throws Exception {
        int pings = 20_000;
        ByteArrayOutputStream burst = new ByteArrayOutputStream();
        for (int i = 0; i < pings; i++) {
            burst.writeBytes(masked(0x89, new byte[0]));
        }
        burst.writeBytes(message(new Ping(0)));
        try (TestWorker worker = door.connect()) {
            worker.sendRaw(burst.toByteArray());

            for (int i = 0; i < pings; i++) {
                worker.expectPong(new byte[0]);
            }
            worker.expect(Pong.class);
        }
    }

    @Test
    void workerThatLeavesPushesUnreadIsEnded() throws Exception {
        String identity = door.newIdentity();
        double closed = door.sum("frontdoor.connections.closed", "code", "4013");
        try (TestWorker worker = door.worker().receiveBuffer(4096).connect()) {
            worker.register(TestWorker.registration(identity));
            worker.pause();
            List<CompletableFuture<byte[]>> pushes = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                pushes.add(
                        workers.push(porter.pidOf(identity), new byte[1_000_000], Door.PATIENCE));
            }

            Door.soon(() -> {
                assertThat(workers.find(porter.pidOf(identity))).isEmpty();
                assertThat(door.sum("frontdoor.connections.closed", "code", "4013"))
                        .isEqualTo(closed + 1);
            });
            for (CompletableFuture<byte[]> push : pushes) {
                assertThat(push).failsWithin(Door.PATIENCE);
            }
        }
    }

    @Test
    void workerThatReadsAgainIsToldThatItReadTooSlowly() throws Exception {
        String identity = door.newIdentity();
        try (TestWorker worker = door.worker().receiveBuffer(4096).connect()) {
            worker.register(TestWorker.registration(identity));
            worker.pause();
            for (int i = 0; i < 10; i++) {
                var _ = workers.push(porter.pidOf(identity), new byte[1_000_000], Door.PATIENCE);
            }
            Door.soon(() -> assertThat(workers.find(porter.pidOf(identity))).isEmpty());
            worker.resume();

            worker.expect(Push.class);
            assertThat(worker.expectClose(4013).reason()).contains("slow");
        }
    }

    @Test
    void largePushesReachAWorkerThatReads() throws Exception {
        String identity = door.newIdentity();
        try (TestWorker worker = door.register(identity)) {
            worker.replyToPushes(payload -> new byte[] {(byte) payload.length});
            for (int i = 0; i < 20; i++) {
                assertThat(workers.push(porter.pidOf(identity), new byte[1_000_000], Door.PATIENCE))
                        .succeedsWithin(Door.PATIENCE)
                        .isEqualTo(new byte[] {(byte) 1_000_000});
            }
        }
    }

    /** Waits until no message has been sent for half a second. */
    private static void awaitStandstill(AtomicInteger sent) {
        AtomicInteger before = new AtomicInteger();
        await().atMost(Door.PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    int now = sent.get();
                    return now > 0 && before.getAndSet(now) == now;
                });
    }
}
