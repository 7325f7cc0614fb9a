package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.Test;

import reactor.test.scheduler.VirtualTimeScheduler;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Tests on virtual time. Events are delivered on the test's thread unless a test says otherwise.
 */
class DeliveryQueueTests {

    private static final WebhookResult TAKEN = new WebhookResult.Accepted();
    private static final WebhookResult FAILED =
            new WebhookResult.Failed("answered 503", true, null);
    private static final Duration NONE = Duration.ZERO;

    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Events events = new Events("/test", Clock.systemUTC());
    private final List<Event> sent = new ArrayList<>();
    private final Queue<WebhookResult> answers = new ArrayDeque<>();
    private boolean failing;

    @Test
    void anEventIsSentAtOnceAndOnceIfItIsTaken() {
        DeliveryQueue deliveries = deliveries(10, 100);
        Event event = events.unregistered(1);

        deliveries.add(event);
        timer.advanceTimeBy(Duration.ofHours(2));

        assertThat(sent).containsExactly(event);
        expectCounts(1, 0, 0, 0);
    }

    @Test
    void theSameEventIsSentAgainAfterEachPauseUntilItIsTaken() {
        DeliveryQueue deliveries = deliveries(10, 100);
        Event event = events.unregistered(1);
        answers.addAll(List.of(FAILED, new WebhookResult.Rejected("no"), FAILED, TAKEN));

        deliveries.add(event);
        assertThat(sent).hasSize(1);
        timer.advanceTimeBy(Duration.ofMillis(999));
        assertThat(sent).hasSize(1);
        timer.advanceTimeBy(Duration.ofMillis(1));
        assertThat(sent).hasSize(2);
        timer.advanceTimeBy(Duration.ofMillis(1999));
        assertThat(sent).hasSize(2);
        timer.advanceTimeBy(Duration.ofMillis(1));
        assertThat(sent).hasSize(3);
        timer.advanceTimeBy(Duration.ofSeconds(3));

        assertThat(sent).containsExactly(event, event, event, event);
        expectCounts(1, 3, 0, 0);
    }

    @Test
    void anEventIsGivenUpAfterItsLastAttempt() {
        DeliveryQueue deliveries = deliveries(10, 3);
        failAlways();

        deliveries.add(events.unregistered(1));
        timer.advanceTimeBy(Duration.ofHours(2));

        assertThat(sent).hasSize(3);
        expectCounts(0, 2, 1, 0);
    }

    @Test
    void anEventIsGivenUpAtTheFirstAttemptThatFindsItTooOld() {
        DeliveryQueue deliveries = deliveries(10, 1_000_000);
        failAlways();

        deliveries.add(events.unregistered(1));
        timer.advanceTimeBy(Duration.ofHours(3));

        // Pauses of 1 s, 2 s, ... n s: the 86th attempt is the first after an hour.
        assertThat(sent).hasSize(86);
        expectCounts(0, 85, 1, 0);
    }

    @Test
    void afterOneIsGivenUpTheNextOfItsPidGoesOutWithAllItsAttempts() {
        DeliveryQueue deliveries = deliveries(10, 2);
        answers.addAll(List.of(FAILED, FAILED, FAILED, TAKEN));
        Event first = events.registered(1, TestWorker.registration("w"));
        Event second = events.unregistered(1);

        deliveries.add(first);
        deliveries.add(second);
        timer.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(sent).containsExactly(first, first, second, second);
        expectCounts(1, 2, 1, 0);
    }

    @Test
    void anEventThatFailsHoldsUpItsOwnPidOnly() {
        DeliveryQueue deliveries = deliveries(10, 100);
        Event first = events.registered(1, TestWorker.registration("w"));
        Event second = events.unregistered(1);
        Event other = events.unregistered(2);
        answers.add(FAILED);

        deliveries.add(first);
        deliveries.add(second);
        deliveries.add(other);
        assertThat(sent).containsExactly(first, other);
        timer.advanceTimeBy(Duration.ofSeconds(1));

        assertThat(sent).containsExactly(first, other, first, second);
    }

    @Test
    void whatDoesNotFitIsDroppedAndCounted() {
        DeliveryQueue deliveries = deliveries(2, 100);
        answers.addAll(List.of(FAILED, FAILED));
        Event first = events.unregistered(1);
        Event second = events.unregistered(2);

        deliveries.add(first);
        deliveries.add(second);
        deliveries.add(events.unregistered(3));
        expectCounts(0, 2, 0, 1);
        assertThat(pending()).isEqualTo(2);
        timer.advanceTimeBy(Duration.ofSeconds(1));
        Event third = events.unregistered(4);
        deliveries.add(third);

        assertThat(sent).containsExactly(first, second, first, second, third);
        expectCounts(3, 2, 0, 1);
        assertThat(pending()).isZero();
    }

    @Test
    void aSenderThatThrowsIsAFailedAttempt() {
        AtomicInteger calls = new AtomicInteger();
        DeliveryQueue deliveries =
                deliveries(
                        Settings.deliveries(10, 1, 100, NONE),
                        Runnable::run,
                        _ -> {
                            if (calls.getAndIncrement() == 0) {
                                throw new IllegalStateException("broken");
                            }
                            return TAKEN;
                        });

        deliveries.add(events.unregistered(1));
        timer.advanceTimeBy(Duration.ofSeconds(1));

        expectCounts(1, 1, 0, 0);
    }

    @Test
    void settlingTriesWhatIsLeftOfThePidWithoutItsPause() throws Exception {
        DeliveryQueue deliveries = deliveries(10, 100);
        answers.add(FAILED);
        Event event = events.unregistered(1);
        deliveries.add(event);

        assertThat(deliveries.settle(1, Settings.LONG)).isTrue();

        assertThat(sent).containsExactly(event, event);
        timer.advanceTimeBy(Duration.ofHours(1));
        assertThat(sent).hasSize(2);
    }

    @Test
    void settlingEndsWithTheFirstAttemptThatFails() throws Exception {
        DeliveryQueue deliveries = deliveries(10, 100);
        answers.addAll(List.of(FAILED, FAILED));
        Event event = events.unregistered(1);
        deliveries.add(event);

        assertThat(deliveries.settle(1, Settings.LONG)).isFalse();

        assertThat(sent).hasSize(2);
        timer.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(sent).containsExactly(event, event, event);
        expectCounts(1, 2, 0, 0);
    }

    @Test
    void nothingLeftOfAPidIsSettledWhateverWaitsOfOthers() throws Exception {
        DeliveryQueue deliveries = deliveries(10, 100);
        answers.add(FAILED);
        deliveries.add(events.unregistered(1));

        assertThat(deliveries.settle(2, Settings.LONG)).isTrue();

        assertThat(sent).hasSize(1);
    }

    @Test
    void settlingWaitsNoLongerThanItsLimit() throws Exception {
        Queue<Runnable> never = new ArrayDeque<>();
        DeliveryQueue deliveries =
                deliveries(Settings.deliveries(10, 1, 100, NONE), never::add, this::send);
        deliveries.add(events.unregistered(1));

        assertThat(deliveries.settle(1, Duration.ofMillis(1))).isFalse();
    }

    @Test
    void closingSendsWhatWaitsWithoutItsPause() {
        DeliveryQueue deliveries = deliveries(10, 100);
        answers.addAll(List.of(FAILED, FAILED, FAILED));
        for (int pid = 1; pid <= 3; pid++) {
            deliveries.add(events.unregistered(pid));
        }

        deliveries.close();

        assertThat(sent).extracting(Event::pid).startsWith(1L, 2L, 3L).hasSize(6);
        expectCounts(3, 3, 0, 0);
    }

    @Test
    void closingGivesUpWhatIsNotTakenInTimeAndSendsNothingAfterwards() {
        DeliveryQueue deliveries = deliveries(10, 100);
        failAlways();
        deliveries.add(events.unregistered(1));
        deliveries.add(events.unregistered(2));

        deliveries.close();
        int sentSoFar = sent.size();
        deliveries.add(events.unregistered(3));
        timer.advanceTimeBy(Duration.ofHours(1));

        assertThat(sent).hasSize(sentSoFar).hasSize(4);
        assertThat(count("given_up")).isEqualTo(2);
        assertThat(count("dropped")).isEqualTo(1);
        assertThat(pending()).isZero();
    }

    @Test
    void closingDoesNotWaitForAnAttemptThatHangs() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        DeliveryQueue deliveries =
                deliveries(
                        Settings.deliveries(10, 1, 100, NONE),
                        task ->
                                Thread.ofVirtual()
                                        .start(() -> {
                                            task.run();
                                            ended.countDown();
                                        }),
                        _ -> {
                            hangs.countDown();
                            await(release);
                            return TAKEN;
                        });
        deliveries.add(events.unregistered(1));
        await(hangs);

        deliveries.close();
        release.countDown();
        await(ended);

        expectCounts(0, 0, 1, 0);
        assertThat(pending()).isZero();
    }

    @Test
    void closingWaitsForWhatIsOnItsWay() throws Exception {
        CountDownLatch onItsWay = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        DeliveryQueue deliveries =
                deliveries(
                        Settings.deliveries(10, 1, 100, Settings.LONG),
                        task -> Thread.ofVirtual().start(task),
                        _ -> {
                            onItsWay.countDown();
                            await(release);
                            return TAKEN;
                        });
        deliveries.add(events.unregistered(1));
        deliveries.add(events.unregistered(2));
        await(onItsWay);
        Thread closing = Thread.ofVirtual().start(deliveries::close);

        release.countDown();

        assertThat(closing.join(Settings.LONG)).isTrue();
        expectCounts(2, 0, 0, 0);
    }

    @Test
    void noMoreAreOnTheirWayThanTheBoundButThatMany() throws Exception {
        int bound = 4;
        CyclicBarrier allOfThem = new CyclicBarrier(bound);
        AtomicInteger onTheirWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(40);
        DeliveryQueue deliveries =
                deliveries(
                        Settings.deliveries(100, bound, 100, Settings.LONG),
                        task -> Thread.ofVirtual().start(task),
                        _ -> {
                            int now = onTheirWay.incrementAndGet();
                            most.accumulateAndGet(now, Math::max);
                            await(allOfThem);
                            onTheirWay.decrementAndGet();
                            done.countDown();
                            return TAKEN;
                        });

        IntStream.rangeClosed(1, 40).forEach(pid -> deliveries.add(events.unregistered(pid)));

        await(done);
        assertThat(most).hasValueLessThanOrEqualTo(bound);
    }

    @Test
    void eventsOfOnePidKeepTheirOrderAndNeverOverlapWhoeverDeliversThem() throws Exception {
        int pids = 20;
        int perPid = 50;
        Map<Long, List<Event>> taken = new ConcurrentHashMap<>();
        Map<Long, AtomicInteger> onTheirWay = new ConcurrentHashMap<>();
        AtomicInteger overlaps = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(pids * perPid);
        DeliveryQueue deliveries =
                deliveries(
                        Settings.deliveries(pids * perPid, 8, 100, Settings.LONG),
                        task -> Thread.ofVirtual().start(task),
                        event -> {
                            AtomicInteger mine =
                                    onTheirWay.computeIfAbsent(
                                            event.pid(), _ -> new AtomicInteger());
                            if (mine.incrementAndGet() > 1) {
                                overlaps.incrementAndGet();
                            }
                            taken.computeIfAbsent(event.pid(), _ -> new ArrayList<>()).add(event);
                            mine.decrementAndGet();
                            done.countDown();
                            return TAKEN;
                        });

        List<Thread> adding =
                IntStream.rangeClosed(1, pids)
                        .mapToObj(pid ->
                                Thread.ofVirtual()
                                        .start(() -> {
                                            for (int i = 0; i < perPid; i++) {
                                                deliveries.add(events.unregistered(pid));
                                            }
                                        }))
                        .toList();
        for (Thread thread : adding) {
            assertThat(thread.join(Settings.LONG)).isTrue();
        }

        await(done);
        deliveries.close();
        assertThat(overlaps).hasValue(0);
        assertThat(taken).hasSize(pids);
        assertThat(taken.values())
                .allSatisfy(ofPid ->
                        assertThat(ofPid).hasSize(perPid).extracting(Event::sequence).isSorted());
        expectCounts(pids * perPid, 0, 0, 0);
    }

    /** One deliverer, on the caller's thread; the n-th pause of an event is n seconds. */
    private DeliveryQueue deliveries(int capacity, int attempts) {
        return deliveries(
                Settings.deliveries(capacity, 1, attempts, NONE), Runnable::run, this::send);
    }

    private DeliveryQueue deliveries(
            WebhookProperties.Deliveries settings,
            Executor deliverers,
            Function<Event, WebhookResult> post) {
        return new DeliveryQueue(
                settings,
                post,
                attempts -> Duration.ofSeconds(attempts),
                deliverers,
                timer,
                new WebhookMetrics(meters));
    }

    private void failAlways() {
        failing = true;
    }

    private WebhookResult send(Event event) {
        sent.add(event);
        WebhookResult answer = answers.poll();
        return answer != null ? answer : failing ? FAILED : TAKEN;
    }

    private void expectCounts(int delivered, int retried, int givenUp, int dropped) {
        assertThat(
                        List.of(
                                count("delivered"),
                                count("retried"),
                                count("given_up"),
                                count("dropped")))
                .as("delivered, retried, given up, dropped")
                .containsExactly(delivered, retried, givenUp, dropped);
    }

    private int count(String outcome) {
        return (int)
                meters.get("frontdoor.webhook.deliveries")
                        .tag("outcome", outcome)
                        .counter()
                        .count();
    }

    private int pending() {
        return (int) meters.get("frontdoor.webhook.deliveries.pending").gauge().value();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            int _ = barrier.await(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
