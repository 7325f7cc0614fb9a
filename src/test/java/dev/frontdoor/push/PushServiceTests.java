package dev.frontdoor.push;

import static dev.frontdoor.push.PushFixture.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.notifier.ConnectedWorker;
import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.notifier.PushRefusal;
import dev.frontdoor.notifier.PushRefusal.Code;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.push.PushMetrics.Outcome;
import dev.frontdoor.registration.RegistrationFixture;
import dev.frontdoor.test.server.LogLines;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The admission of a push, its reply, and its other ends. */
class PushServiceTests {

    @AutoClose private final PushFixture fixture = new PushFixture();

    @AfterEach
    void nothingIsPending() {
        RegistrationFixture.eventually()
                .untilAsserted(() -> assertThat(fixture.pending()).isZero());
    }

    @Test
    void malformedRefusalIsLoggedWithoutItsContent() {
        PushedWorker worker = fixture.registered();
        CompletableFuture<byte[]> push = worker.push();

        try (LogLines log = new LogLines(PushLog.class)) {
            assertThat(worker.refuse(worker.pushed().getFirst(), 1, "not-to-be-shown")).isTrue();
            assertThat(log.at("WARN"))
                    .singleElement()
                    .asString()
                    .contains("pid 1", "10.1.2.3:1", "malformed")
                    .doesNotContain("not-to-be-shown");
        }
        assertThat(failure(push)).isEqualTo(Reason.REFUSED);
    }

    @Test
    void pushThatFindsNoRoomIsNotAdmitted() {
        PushedWorker worker = fixture.registered();
        worker.stopReading();

        PushException failure = PushFixture.exception(worker.push());

        assertThat(failure.reason()).isEqualTo(Reason.OUTBOUND_FULL);
        assertThat(failure)
                .hasMessageContaining("pid " + worker.pid())
                .hasMessageContaining("frontdoor.limits.max-outbound-bytes");
        assertThat(fixture.pending()).isZero();
        assertThat(fixture.ended(Outcome.NOT_ADMITTED)).isEqualTo(1);
    }

    @Test
    void replyEndsThePush() {
        PushedWorker worker = fixture.registered();

        CompletableFuture<byte[]> push = worker.push();
        assertThat(fixture.pending()).isEqualTo(1);
        assertThat(fixture.pushes().pending(worker.pid())).isEqualTo(1);
        assertThat(worker.pushed().getFirst().streamId()).isEqualTo(1);
        assertThat(worker.pushed().getFirst().payload())
                .isEqualTo(Bytes.copyOf(new byte[] {1, 2, 3}));
        assertThat(worker.reply(worker.pushed().getFirst(), 4, 5)).isTrue();

        assertThat(push).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(new byte[] {4, 5});
        assertThat(fixture.pushes().pending(worker.pid())).isZero();
        assertThat(fixture.ended(Outcome.REPLIED)).isEqualTo(1);
    }

    @Test
    void replyFromInsideTheSendingEndsThePush() {
        PushedWorker worker = fixture.registered();
        worker.receiving(push -> assertThat(worker.reply(push, 9)).isTrue());

        assertThat(worker.push())
                .succeedsWithin(RegistrationFixture.MAX_WAIT)
                .isEqualTo(new byte[] {9});
    }

    @Test
    void payloadIsCopied() {
        PushedWorker worker = fixture.registered();
        byte[] payload = {1};

        CompletableFuture<byte[]> push =
                fixture.pushes().push(worker.pid(), payload, PushFixture.LONG);
        payload[0] = 2;

        assertThat(worker.pushed().getFirst().payload()).isEqualTo(Bytes.copyOf(new byte[] {1}));
        assertThat(push.cancel(false)).isTrue();
    }

    @Test
    void repliesFindTheirPushesInAnyOrder() {
        PushedWorker worker = fixture.registered();
        CompletableFuture<byte[]> first = worker.push();
        CompletableFuture<byte[]> second = worker.push();

        assertThat(worker.reply(worker.pushed().get(1), 2)).isTrue();
        assertThat(worker.reply(worker.pushed().get(0), 1)).isTrue();

        assertThat(first).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(new byte[] {1});
        assertThat(second).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(new byte[] {2});
    }

    @Test
    void replyFromAnotherConnectionIsIgnored() {
        PushedWorker worker = fixture.registered();
        PushedWorker other = fixture.registered();
        CompletableFuture<byte[]> push = worker.push();

        assertThat(other.reply(worker.pushed().getFirst(), 6)).isFalse();

        assertThat(push).isNotDone();
        assertThat(worker.reply(worker.pushed().getFirst(), 7)).isTrue();
        assertThat(push).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(new byte[] {7});
    }

    @Test
    void secondReplyIsIgnored() {
        PushedWorker worker = fixture.registered();
        CompletableFuture<byte[]> push = worker.push();

        assertThat(worker.reply(worker.pushed().getFirst(), 1)).isTrue();
        assertThat(worker.reply(worker.pushed().getFirst(), 2)).isFalse();

        assertThat(push).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(new byte[] {1});
    }

    @Test
    void pushExpiresAndALateReplyIsIgnored() {
        PushedWorker worker = fixture.registered();

        CompletableFuture<byte[]> push =
                fixture.pushes().push(worker.pid(), PushFixture.PAYLOAD, Duration.ofSeconds(5));
        fixture.registrations().time().advance(Duration.ofMillis(4_999));
        assertThat(push).isNotDone();
        fixture.registrations().time().advance(Duration.ofMillis(1));

        assertThat(failure(push)).isEqualTo(Reason.EXPIRED);
        assertThat(worker.reply(worker.pushed().getFirst(), 1)).isFalse();
        assertThat(fixture.pushes().pending(worker.pid())).isZero();
        assertThat(fixture.ended(Outcome.EXPIRED)).isEqualTo(1);
    }

    @Test
    void pushMayHaveForever() {
        PushedWorker worker = fixture.registered();

        CompletableFuture<byte[]> push =
                fixture.pushes()
                        .push(worker.pid(), PushFixture.PAYLOAD, ChronoUnit.FOREVER.getDuration());

        assertThat(worker.reply(worker.pushed().getFirst(), 1)).isTrue();
        assertThat(push).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(new byte[] {1});
    }

    @Test
    void timeLimitMustBeMoreThanZero() {
        PushedWorker worker = fixture.registered();

        assertThatThrownBy(() ->
                        fixture.pushes().push(worker.pid(), PushFixture.PAYLOAD, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timeLimit must be more than zero, was PT0S");
    }

    @Test
    void endOfTheConnectionEndsItsPushesOnly() {
        PushedWorker worker = fixture.registered();
        PushedWorker other = fixture.registered();
        CompletableFuture<byte[]> first = worker.push();
        CompletableFuture<byte[]> second = worker.push();
        CompletableFuture<byte[]> others = other.push();

        worker.end();

        assertThat(failure(first)).isEqualTo(Reason.DISCONNECTED);
        assertThat(failure(second)).isEqualTo(Reason.DISCONNECTED);
        assertThat(others).isNotDone();
        assertThat(fixture.ended(Outcome.DISCONNECTED)).isEqualTo(2);
        other.end();
        assertThat(failure(others)).isEqualTo(Reason.DISCONNECTED);
    }

    @Test
    void cancelledPushIsGivenUp() {
        PushedWorker worker = fixture.registered();
        CompletableFuture<byte[]> push = worker.push();

        assertThat(push.cancel(true)).isTrue();

        assertThat(fixture.pushes().pending(worker.pid())).isZero();
        assertThat(worker.reply(worker.pushed().getFirst(), 1)).isFalse();
        assertThat(fixture.ended(Outcome.CANCELLED)).isEqualTo(1);
    }

    @Test
    void refusedPushEndsWithWhatTheWorkerSaid() {
        PushedWorker worker = fixture.registered();
        CompletableFuture<byte[]> push = worker.push();
        Frame.Push sent = worker.pushed().getFirst();

        assertThat(worker.refuse(sent, 1, "{\"code\":\"busy\",\"words\":\"queue full\"}")).isTrue();

        PushException failure = PushFixture.exception(push);
        assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure.refusal()).contains(new PushRefusal(Code.BUSY, "queue full"));
        assertThat(failure).hasMessage("pid 1 refused the push as busy: queue full");
        assertThat(fixture.pushes().pending(worker.pid())).isZero();
        assertThat(fixture.ended(Outcome.REFUSED)).isEqualTo(1);
        assertThat(fixture.ended(Outcome.REPLIED)).isZero();
        assertThat(fixture.pending()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x02, 0x03, 0x81, 0xFF})
    void otherFlagsCountAsMalformedRefusal(int flags) {
        PushedWorker worker = fixture.registered();
        CompletableFuture<byte[]> push = worker.push();
        Frame.Push sent = worker.pushed().getFirst();

        assertThat(worker.refuse(sent, flags, "{\"code\":\"busy\",\"words\":\"full\"}")).isTrue();

        assertThat(PushFixture.exception(push).refusal())
                .contains(new PushRefusal(Code.UNAVAILABLE, "the worker's refusal was malformed"));
    }

    @Test
    void refusalOfAPushThatHasEndedIsIgnored() {
        PushedWorker worker = fixture.registered();
        CompletableFuture<byte[]> push = worker.push();
        Frame.Push sent = worker.pushed().getFirst();
        assertThat(worker.reply(sent, 9)).isTrue();

        assertThat(worker.refuse(sent, 1, "{\"code\":\"busy\",\"words\":\"\"}")).isFalse();

        assertThat(push.join()).containsExactly(9);
        assertThat(fixture.ended(Outcome.REFUSED)).isZero();
    }

    @Test
    void unknownPidIsNotAdmitted() {
        assertThat(failure(fixture.connected().push())).isEqualTo(Reason.UNKNOWN_PID);

        PushedWorker gone = fixture.registered();
        gone.end();
        assertThat(failure(gone.push())).isEqualTo(Reason.UNKNOWN_PID);
        assertThat(gone.pushed()).isEmpty();
        assertThat(fixture.ended(Outcome.NOT_ADMITTED)).isEqualTo(2);
    }

    @Test
    void pushFromInsideItsFirstRegistrationIsNotAdmitted() {
        CompletableFuture<Reason> reason = new CompletableFuture<>();
        fixture.notifier(
                new ConnectionNotifier() {
                    @Override
                    public void onWorkerRegistered(long pid, WorkerRegistration registration) {
                        reason.complete(
                                failure(
                                        fixture.pushes()
                                                .push(pid, PushFixture.PAYLOAD, PushFixture.LONG)));
                    }

                    @Override
                    public void onWorkerUnregistered(long pid) {}
                });
        PushedWorker worker = fixture.registered();

        assertThat(reason).isCompletedWithValue(Reason.NOT_YET_REGISTERED);
        assertThat(worker.pushed()).isEmpty();
    }

    @Test
    void pushFromInsideAReplacementReachesTheWorker() {
        AtomicInteger calls = new AtomicInteger();
        fixture.notifier(
                new ConnectionNotifier() {
                    @Override
                    public void onWorkerRegistered(long pid, WorkerRegistration registration) {
                        if (calls.incrementAndGet() == 2) {
                            byte[] _ =
                                    fixture.pushes()
                                            .push(pid, PushFixture.PAYLOAD, PushFixture.LONG)
                                            .join();
                        }
                    }

                    @Override
                    public void onWorkerUnregistered(long pid) {}
                });
        PushedWorker worker = fixture.connected();
        worker.receiving(push -> assertThat(worker.reply(push)).isTrue());

        worker.register();
        worker.register();

        assertThat(worker.pushed()).hasSize(1);
    }

    @Test
    void workerHasABoundedNumberOfPendingPushes() {
        PushedWorker worker = fixture.registered();
        List<CompletableFuture<byte[]>> pushes = new ArrayList<>();
        for (int i = 0; i < PushFixture.MAX_PENDING; i++) {
            pushes.add(worker.push());
        }

        assertThat(failure(worker.push())).isEqualTo(Reason.TOO_MANY_PENDING);

        assertThat(worker.pushed()).hasSize(PushFixture.MAX_PENDING);
        assertThat(pushes).allSatisfy(push -> assertThat(push).isNotDone());
        assertThat(worker.reply(worker.pushed().getFirst())).isTrue();
        CompletableFuture<byte[]> next = worker.push();
        assertThat(next).isNotDone();
        worker.end();
        assertThat(failure(next)).isEqualTo(Reason.DISCONNECTED);
    }

    @Test
    void tooLargePayloadIsRefused() {
        PushedWorker worker = fixture.registered();
        byte[] largest = new byte[PushFixture.MAX_PAYLOAD];
        byte[] larger = new byte[PushFixture.MAX_PAYLOAD + 1];

        assertThat(failure(fixture.pushes().push(worker.pid(), larger, PushFixture.LONG)))
                .isEqualTo(Reason.PAYLOAD_TOO_LARGE);
        CompletableFuture<byte[]> fits =
                fixture.pushes().push(worker.pid(), largest, PushFixture.LONG);

        assertThat(worker.pushed()).hasSize(1);
        assertThat(fits.cancel(true)).isTrue();
    }

    @Test
    void connectionThatEndsBetweenAdmissionAndSendingEndsThePush() {
        PushedWorker worker = fixture.registered();
        worker.receiving(_ -> worker.end());

        assertThat(failure(worker.push())).isEqualTo(Reason.DISCONNECTED);

        assertThat(fixture.ended(Outcome.DISCONNECTED)).isEqualTo(1);
    }

    @Test
    void connectionWhosePushesHadEndedJustBeforeAdmissionEndsThePush() {
        PushedWorker worker = fixture.registered();
        fixture.pushes().end(worker.pid());
        worker.receiving(_ -> fixture.registrations().service().end(worker.pid()));

        assertThat(failure(worker.push())).isEqualTo(Reason.DISCONNECTED);
    }

    @RepeatedTest(200)
    void pushThatRacesWithTheEndAlwaysEnds() throws Exception {
        PushedWorker worker = fixture.registered();
        CyclicBarrier together = new CyclicBarrier(2);
        CompletableFuture<Void> ending =
                CompletableFuture.runAsync(() -> {
                    meet(together);
                    worker.end();
                });

        meet(together);
        Reason reason = failure(worker.push());

        assertThat(reason).isIn(Reason.DISCONNECTED, Reason.UNKNOWN_PID);
        ending.get(RegistrationFixture.MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(fixture.pushes().pending(worker.pid())).isZero();
    }

    @Test
    void dependentThatBlocksDelaysNobodyElse() {
        PushedWorker worker = fixture.registered();
        CountDownLatch open = new CountDownLatch(1);
        CompletableFuture<String> thread =
                worker.push()
                        .thenApply(_ -> {
                            await(open);
                            return Thread.currentThread().getName();
                        });
        CompletableFuture<byte[]> second = worker.push();

        assertThat(worker.reply(worker.pushed().get(0), 1)).isTrue();
        assertThat(worker.reply(worker.pushed().get(1), 2)).isTrue();

        assertThat(second).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(new byte[] {2});
        CompletableFuture<byte[]> third =
                fixture.pushes().push(worker.pid(), PushFixture.PAYLOAD, Duration.ofSeconds(5));
        fixture.registrations().time().advance(Duration.ofSeconds(5));
        assertThat(failure(third)).isEqualTo(Reason.EXPIRED);
        assertThat(thread).isNotDone();
        open.countDown();
        assertThat(thread)
                .succeedsWithin(RegistrationFixture.MAX_WAIT)
                .asString()
                .startsWith("push-completion-");
    }

    @Test
    void workersAreFoundListedAndDisconnected() {
        PushedWorker first = fixture.registered();
        PushedWorker second = fixture.registered();
        CompletableFuture<byte[]> push = first.push();

        ConnectedWorker found = fixture.pushes().find(first.pid()).orElseThrow();
        assertThat(found.registration().identity()).isEqualTo("worker-1");
        assertThat(found.remoteAddress()).isEqualTo("10.1.2.3:1");
        assertThat(found.pendingPushes()).isEqualTo(1);
        assertThat(fixture.pushes().list(WorkerFilter.ALL))
                .extracting(ConnectedWorker::pid)
                .containsExactly(second.pid(), first.pid());
        assertThat(fixture.pushes().list(WorkerFilter.identity("worker-2")))
                .extracting(ConnectedWorker::pid)
                .containsExactly(second.pid());
        assertThat(fixture.pushes().disconnect(first.pid(), "enough")).isTrue();
        assertThat(first.closes()).containsExactly("4500 enough");
        first.end();
        assertThat(failure(push)).isEqualTo(Reason.DISCONNECTED);
        assertThat(fixture.pushes().find(first.pid())).isEmpty();
        assertThat(fixture.pushes().disconnect(first.pid(), "again")).isFalse();
    }

    @Test
    void everyMeterIsThereAtZeroAtFirst() {
        for (Outcome outcome : Outcome.values()) {
            assertThat(fixture.ended(outcome)).isZero();
        }
        assertThat(fixture.pending()).isZero();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            int _ = barrier.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
