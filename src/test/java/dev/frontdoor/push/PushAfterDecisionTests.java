package dev.frontdoor.push;

import static dev.frontdoor.push.PushFixture.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.ConnectionNotifier;
import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.push.PushMetrics.Outcome;
import dev.frontdoor.registration.Decision;
import dev.frontdoor.registration.RegistrationFixture;
import dev.frontdoor.test.Registrations;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** Pushes that wait for the decision on a registration. */
class PushAfterDecisionTests {

    @AutoClose private final PushFixture fixture = new PushFixture();
    private final Deciding notifier = new Deciding();

    @BeforeEach
    void add() {
        fixture.notifier(notifier);
    }

    @AfterEach
    void nothingIsPending() {
        fixture.expectNothingPending();
    }

    @Test
    void pushIsSentOnceTheRegistrationIsAcknowledged() {
        List<CompletableFuture<byte[]>> pushes = pushInside(1);
        PushedWorker worker = fixture.connected();
        CompletableFuture<Decision> decided = new CompletableFuture<>();
        fixture.registrations()
                .service()
                .register(worker, Registrations.of("one").build(), decided::complete);
        assertThat(decided)
                .succeedsWithin(RegistrationFixture.MAX_WAIT)
                .isEqualTo(new Decision.Accepted());

        assertThat(worker.pushed()).isEmpty();
        assertThat(worker.reserved()).isEqualTo(PushFixture.PAYLOAD.length);
        assertThat(fixture.pushes().pending(worker.pid())).isEqualTo(1);
        worker.answer(new Decision.Accepted());

        assertThat(worker.pushed()).hasSize(1);
        assertThat(worker.reserved()).isZero();
        assertThat(pushes.getFirst()).isNotDone();
        assertThat(worker.reply(worker.pushed().getFirst(), 7)).isTrue();
        assertThat(pushes.getFirst())
                .succeedsWithin(RegistrationFixture.MAX_WAIT)
                .isEqualTo(new byte[] {7});
    }

    @Test
    void pushesKeepTheirOrder() {
        List<CompletableFuture<byte[]>> pushes = pushInside(PushFixture.MAX_PENDING);
        PushedWorker worker = fixture.connected();

        worker.register();

        assertThat(worker.pushed()).hasSize(PushFixture.MAX_PENDING);
        for (int i = 0; i < pushes.size(); i++) {
            assertThat(worker.reply(worker.pushed().get(i), i)).isTrue();
            assertThat(pushes.get(i))
                    .succeedsWithin(RegistrationFixture.MAX_WAIT)
                    .isEqualTo(new byte[] {(byte) i});
        }
    }

    @Test
    void pushFailsIfTheWorkerIsRejected() {
        List<CompletableFuture<byte[]>> pushes = pushInside(1);
        notifier.rejecting = true;
        PushedWorker worker = fixture.connected();

        assertThat(worker.registering("one")).succeedsWithin(RegistrationFixture.MAX_WAIT);

        assertThat(failure(pushes.getFirst())).isEqualTo(Reason.REJECTED);
        assertThat(worker.reserved()).isZero();
        assertThat(fixture.ended(Outcome.REJECTED)).isEqualTo(1);
        notifier.rejecting = false;
        notifier.inside = _ -> {};
        worker.register();
        assertThat(worker.pushed()).isEmpty();
    }

    @Test
    void pushExpiresWhileItWaits() {
        CompletableFuture<CompletableFuture<byte[]>> pushed = new CompletableFuture<>();
        CountDownLatch decide = new CountDownLatch(1);
        notifier.inside =
                pid -> {
                    pushed.complete(
                            fixture.pushes()
                                    .pushAfterDecision(
                                            pid, PushFixture.PAYLOAD, Duration.ofSeconds(5)));
                    await(decide);
                };
        PushedWorker worker = fixture.connected();
        CompletableFuture<Decision> decision = worker.registering("one");
        CompletableFuture<byte[]> push = pushed.join();

        fixture.registrations().time().advance(Duration.ofSeconds(5));

        assertThat(failure(push)).isEqualTo(Reason.EXPIRED);
        assertThat(worker.reserved()).isZero();
        decide.countDown();
        assertThat(decision).succeedsWithin(RegistrationFixture.MAX_WAIT);
        assertThat(worker.pushed()).isEmpty();
    }

    @Test
    void pushFailsIfTheConnectionEndsBeforeTheDecision() {
        CompletableFuture<CompletableFuture<byte[]>> pushed = new CompletableFuture<>();
        CountDownLatch decide = new CountDownLatch(1);
        notifier.inside =
                pid -> {
                    pushed.complete(waiting(pid));
                    await(decide);
                };
        PushedWorker worker = fixture.connected();
        CompletableFuture<Decision> decision = worker.registering("one");
        CompletableFuture<byte[]> push = pushed.join();

        worker.end();

        assertThat(failure(push)).isEqualTo(Reason.DISCONNECTED);
        assertThat(worker.reserved()).isZero();
        decide.countDown();
        assertThat(decision).succeedsWithin(RegistrationFixture.MAX_WAIT);
    }

    @Test
    void pushCountsTowardsTheMaximumOfItsWorker() {
        List<CompletableFuture<byte[]>> pushes = pushInside(PushFixture.MAX_PENDING + 1);
        PushedWorker worker = fixture.connected();

        worker.register();

        assertThat(failure(pushes.getLast())).isEqualTo(Reason.TOO_MANY_PENDING);
        assertThat(worker.pushed()).hasSize(PushFixture.MAX_PENDING);
        worker.end();
    }

    @Test
    void pushNeedsRoomWhileItWaits() {
        List<CompletableFuture<byte[]>> pushes = pushInside(1);
        PushedWorker worker = fixture.connected();
        worker.stopReading();

        worker.register();

        assertThat(failure(pushes.getFirst())).isEqualTo(Reason.OUTBOUND_FULL);
    }

    @Test
    void canceledPushIsNotSent() {
        notifier.inside = pid -> assertThat(waiting(pid).cancel(false)).isTrue();
        PushedWorker worker = fixture.connected();

        worker.register();

        assertThat(worker.pushed()).isEmpty();
        assertThat(worker.reserved()).isZero();
        assertThat(fixture.ended(Outcome.CANCELLED)).isEqualTo(1);
    }

    @Test
    void pushDuringAReplacementWaitsForItsDecision() {
        PushedWorker worker = fixture.connected();
        worker.register();
        List<CompletableFuture<byte[]>> pushes = pushInside(1);
        notifier.rejecting = true;

        assertThat(worker.registering("two")).succeedsWithin(RegistrationFixture.MAX_WAIT);

        assertThat(failure(pushes.getFirst())).isEqualTo(Reason.REJECTED);
        assertThat(worker.pushed()).isEmpty();
        notifier.rejecting = false;
        assertThat(worker.registering("three")).succeedsWithin(RegistrationFixture.MAX_WAIT);
        assertThat(worker.pushed()).hasSize(1);
        worker.end();
        assertThat(failure(pushes.getLast())).isEqualTo(Reason.DISCONNECTED);
    }

    @Test
    void pushToAWorkerThatIsNotBeingDecidedIsSentAtOnce() {
        PushedWorker worker = fixture.connected();
        assertThat(failure(waiting(worker.pid()))).isEqualTo(Reason.UNKNOWN_PID);
        worker.register();

        CompletableFuture<byte[]> push = waiting(worker.pid());

        assertThat(worker.reply(worker.pushed().getFirst(), 7)).isTrue();
        assertThat(push).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(new byte[] {7});
    }

    @Test
    void waitInsideACallForTheWorkerFailsFast() {
        List<Throwable> thrown = new ArrayList<>();
        notifier.inside =
                pid -> {
                    CompletableFuture<byte[]> push = waiting(pid);
                    for (Waiting waiting :
                            List.<Waiting>of(
                                    push::join,
                                    push::get,
                                    () -> push.get(1, TimeUnit.HOURS),
                                    () -> push.thenApply(reply -> reply.length).join())) {
                        try {
                            Object _ = waiting.await();
                        } catch (Exception e) {
                            thrown.add(e);
                        }
                    }
                    push.cancel(false);
                };
        PushedWorker worker = fixture.connected();

        worker.register();

        assertThat(thrown)
                .hasSize(4)
                .allSatisfy(exception ->
                        assertThat(exception)
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("waits for the decision"));
    }

    @Test
    void waitInsideTheCallThatTheNextRegistrationWaitsForFailsFast() {
        PushedWorker worker = fixture.connected();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        notifier.admitted =
                pid -> {
                    notifier.admitted = _ -> {};
                    CompletableFuture<Decision> _ = worker.registering("two");
                    CompletableFuture<byte[]> push = waiting(pid);
                    try {
                        byte[] _ = push.join();
                    } catch (IllegalStateException e) {
                        thrown.complete(e);
                    }
                    push.cancel(false);
                };

        worker.register();

        assertThat(thrown)
                .succeedsWithin(RegistrationFixture.MAX_WAIT)
                .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
                .hasMessageContaining("waits for the decision");
    }

    @Test
    void waitForAnotherWorkersReplyIsAllowed() {
        PushedWorker other = fixture.connected();
        other.register();
        other.receiving(push -> assertThat(other.reply(push, 7)).isTrue());
        List<byte[]> replies = new ArrayList<>();
        notifier.inside = _ -> replies.add(waiting(other.pid()).join());

        fixture.connected().register();

        assertThat(replies).containsExactly(new byte[] {7});
    }

    @Test
    void pushMadeBeforeAReplacementMayBeAwaitedInsideIt() {
        PushedWorker worker = fixture.connected();
        worker.register();
        CompletableFuture<byte[]> push = waiting(worker.pid());
        List<byte[]> replies = new ArrayList<>();
        notifier.inside =
                _ -> {
                    assertThat(worker.reply(worker.pushed().getFirst(), 7)).isTrue();
                    replies.add(push.join());
                };

        assertThat(worker.registering("two")).succeedsWithin(RegistrationFixture.MAX_WAIT);

        assertThat(replies).containsExactly(new byte[] {7});
    }

    @RepeatedTest(200)
    void pushThatMeetsTheDecisionIsSentOrFailsOnceOnly() throws Exception {
        PushedWorker worker = fixture.connected();
        CountDownLatch inside = new CountDownLatch(1);
        notifier.inside = _ -> inside.countDown();
        CompletableFuture<Decision> decision = worker.registering("one");
        assertThat(inside.await(RegistrationFixture.MAX_WAIT.toSeconds(), TimeUnit.SECONDS))
                .isTrue();

        CompletableFuture<byte[]> push = waiting(worker.pid());

        assertThat(decision).succeedsWithin(RegistrationFixture.MAX_WAIT);
        RegistrationFixture.eventually().until(() -> worker.pushed().size() == 1);
        assertThat(worker.reply(worker.pushed().getFirst(), 7)).isTrue();
        assertThat(push).succeedsWithin(RegistrationFixture.MAX_WAIT).isEqualTo(new byte[] {7});
        assertThat(worker.reserved()).isZero();
    }

    /** Makes pushes inside each registration from now on. */
    private List<CompletableFuture<byte[]>> pushInside(int count) {
        List<CompletableFuture<byte[]>> pushes = new ArrayList<>();
        notifier.inside =
                pid -> {
                    for (int i = 0; i < count; i++) {
                        pushes.add(waiting(pid));
                    }
                };
        return pushes;
    }

    private CompletableFuture<byte[]> waiting(long pid) {
        return fixture.pushes().pushAfterDecision(pid, PushFixture.PAYLOAD, PushFixture.LONG);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(RegistrationFixture.MAX_WAIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A wait for a reply. */
    private interface Waiting {
        Object await() throws Exception;
    }

    /** Runs an action inside each registration, and then decides. */
    private static final class Deciding implements ConnectionNotifier {

        volatile LongConsumer inside = _ -> {};
        volatile LongConsumer admitted = _ -> {};
        volatile boolean rejecting;

        @Override
        public void onWorkerRegistered(long pid, WorkerRegistration registration) {
            inside.accept(pid);
            if (rejecting) {
                throw new RegistrationRejectedException("no");
            }
        }

        @Override
        public void onWorkerAdmitted(long pid) {
            admitted.accept(pid);
        }

        @Override
        public void onWorkerUnregistered(long pid) {}
    }
}
