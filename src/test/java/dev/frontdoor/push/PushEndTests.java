package dev.frontdoor.push;

import static dev.frontdoor.push.PushFixture.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.push.PushMetrics.Outcome;
import dev.frontdoor.registration.RegistrationFixture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

/** Pushes that end otherwise: at their time limit, with the connection, or canceled. */
class PushEndTests {

    @AutoClose private final PushFixture fixture = new PushFixture();

    @AfterEach
    void nothingIsPending() {
        fixture.expectNothingPending();
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
        worker.receiving(_ -> worker.endRegistration());

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
