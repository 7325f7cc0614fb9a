package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.Subscribe;
import dev.frontdoor.protocol.Frame.SubscribeError;
import dev.frontdoor.protocol.Frame.Unknown;
import dev.frontdoor.protocol.Frame.WorkerRegister;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.BothTransports;
import dev.frontdoor.test.server.OpenServerTest;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Workers that send faster than the service handles, or read slower than it sends. */
@OpenServerTest
@BothTransports
class BackPressureIntegrationTests {

    private static final Frame PING = new Ping(0);

    private final ServerUnderTest server;
    private final Workers workers;
    private final ScriptedNotifier firstNotifier;

    BackPressureIntegrationTests(
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
    void workerThatFloodsWhileItIsDecidedIsNotReadUntilItIsAndIsAnsweredInOrder() throws Exception {
        String identity = server.newIdentity();
        CountDownLatch decide = new CountDownLatch(1);
        firstNotifier.about(identity, (_, _) -> ServerUnderTest.awaitLatch(decide));
        int messages = 800;
        Bytes ballast = Bytes.copyOf(new byte[16 * 1024]);
        AtomicInteger sent = new AtomicInteger();
        double handled = server.sum("frontdoor.frames.received", "type", "unknown");
        try (TestWorker worker = server.connect()) {
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
            assertThat(sent).as("13 MB do not fit in any buffer").hasValueLessThan(messages);
            assertThat(server.sum("frontdoor.frames.received", "type", "unknown"))
                    .isEqualTo(handled);
            decide.countDown();

            worker.expectAccepted();
            for (int i = 1; i <= messages; i++) {
                assertThat(worker.expect(SubscribeError.class).streamId()).isEqualTo(i);
            }
            assertThat(flood).succeedsWithin(ServerUnderTest.MAX_WAIT);
        }
    }

    @Test
    void workerThatFloodsAndVanishesWhileItIsDecidedIsUndone() throws Exception {
        String identity = server.newIdentity();
        CountDownLatch decide = new CountDownLatch(1);
        firstNotifier.about(identity, (_, _) -> ServerUnderTest.awaitLatch(decide));
        try (TestWorker worker = server.connect()) {
            worker.authenticate("");
            worker.send(new WorkerRegister(0, TestWorker.registration(identity)));
            worker.send(new Unknown(0x70, 0, 1, Bytes.copyOf(new byte[200_000])));
            worker.send(new Unknown(0x70, 0, 1, Bytes.copyOf(new byte[200_000])));
            worker.vanish();
        }
        decide.countDown();
    }

    @Test
    void workerThatFloodsWithRejectedRegistrationsAndHalfClosesIsGone() throws Exception {
        Frame rejected = new WorkerRegister(0, TestWorker.registration("\n"));
        try (TestWorker worker = server.connect()) {
            worker.sendRaw(worker.bytes(Collections.nCopies(2000, rejected).toArray(Frame[]::new)));
            worker.halfClose();
            // The time limit of a message is 30 s.
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() ->
                            assertThat(server.sum("frontdoor.connections", "state", "connected"))
                                    .isZero());
        }
        assertThat(server.sum("frontdoor.budget.used", "budget", "messages")).isZero();
    }

    @Test
    void pingsOfAWorkerThatDoesNotReadStopBeingRead() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        try (TestWorker worker = server.worker().receiveBuffer(4096).connect();
                TestWorker other = server.connect()) {
            worker.authenticate("");
            other.authenticate("");
            worker.pause();
            byte[] burst = worker.bytes(Collections.nCopies(1000, PING).toArray(Frame[]::new));
            CompletableFuture<Void> flood =
                    CompletableFuture.runAsync(
                            () -> {
                                for (int i = 0; i < 5000; i++) {
                                    worker.sendRaw(burst);
                                    sent.incrementAndGet();
                                }
                            },
                            task -> Thread.ofVirtual().start(task));
            awaitStandstill(sent);
            other.expectNothing();
            assertThat(flood).as("50 MB do not fit in any buffer").isNotDone();
            try (TestWorker next = server.register(server.newIdentity())) {
                next.expectNothing();
            }
            worker.vanish();
            assertThat(flood).failsWithin(ServerUnderTest.MAX_WAIT);
        }
    }

    @Test
    void pingsOfAWorkerThatReadsAreAllAnswered() throws Exception {
        int pings = 20_000;
        try (TestWorker worker = server.connect()) {
            worker.authenticate("");
            worker.sendRaw(worker.bytes(Collections.nCopies(pings, PING).toArray(Frame[]::new)));

            for (int i = 0; i < pings; i++) {
                worker.expect(Pong.class);
            }
        }
    }

    @Test
    void pushesThatFindNoRoomAreNotAdmittedAndTheWorkerStays() throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker = server.worker().receiveBuffer(4096).connect()) {
            worker.register(TestWorker.registration(identity));
            worker.pause();
            List<CompletableFuture<byte[]>> pushes = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                pushes.add(
                        workers.push(
                                firstNotifier.pidOf(identity),
                                new byte[1_000_000],
                                ServerUnderTest.MAX_WAIT));
            }
            ServerUnderTest.eventually(() ->
                    assertThat(pushes)
                            .filteredOn(CompletableFuture::isCompletedExceptionally)
                            .hasSizeGreaterThan(10)
                            .allSatisfy(push ->
                                    assertThat(reason(push))
                                            .isEqualTo(PushException.Reason.OUTBOUND_FULL)));
            assertThat(workers.find(firstNotifier.pidOf(identity))).isPresent();

            worker.resume();
            worker.replyToPushes(_ -> new byte[0]);
            ServerUnderTest.eventually(() ->
                    assertThat(pushes)
                            .filteredOn(push -> !push.isCompletedExceptionally())
                            .isNotEmpty()
                            .allMatch(CompletableFuture::isDone));
        }
    }

    @Test
    void largePushesReachAWorkerThatReads() throws Exception {
        String identity = server.newIdentity();
        try (TestWorker worker = server.register(identity)) {
            worker.replyToPushes(payload -> new byte[] {(byte) payload.length});
            for (int i = 0; i < 20; i++) {
                assertThat(
                                workers.push(
                                        firstNotifier.pidOf(identity),
                                        new byte[1_000_000],
                                        ServerUnderTest.MAX_WAIT))
                        .succeedsWithin(ServerUnderTest.MAX_WAIT)
                        .isEqualTo(new byte[] {(byte) 1_000_000});
            }
        }
    }

    private static PushException.Reason reason(CompletableFuture<byte[]> push) {
        return ((PushException) push.exceptionNow()).reason();
    }

    /** Waits until no message has been sent for half a second. */
    private static void awaitStandstill(AtomicInteger sent) {
        AtomicInteger before = new AtomicInteger();
        await().atMost(ServerUnderTest.MAX_WAIT)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    int now = sent.get();
                    return now > 0 && before.getAndSet(now) == now;
                });
    }
}
