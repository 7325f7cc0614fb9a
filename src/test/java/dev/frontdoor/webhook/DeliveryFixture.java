package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import reactor.test.scheduler.VirtualTimeScheduler;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * A delivery whose time passes only when a test says so. Unless the test has threads, an event is
 * sent on the thread that adds it or that lets time pass.
 */
final class DeliveryFixture {

    static final WebhookResult ACCEPTED = new WebhookResult.Accepted();
    static final WebhookResult FAILED =
            new WebhookResult.Failed("responded with status 503", true, null);
    static final Duration NONE = Duration.ZERO;

    final EventFactory events = new EventFactory("/test", Clock.SYSTEM, _ -> Optional.empty());
    final List<Event> sent = new ArrayList<>();

    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Queue<WebhookResult> results = new ArrayDeque<>();
    private WebhookResult otherwise = ACCEPTED;
    private Duration wallClockStep = Duration.ZERO;

    /** Tells the time of the timer, apart from steps of its wall clock. */
    private final Clock clock =
            new Clock() {
                @Override
                public long wallTime() {
                    return timer.now(TimeUnit.MILLISECONDS) + wallClockStep.toMillis();
                }

                @Override
                public long monotonicTime() {
                    return timer.now(TimeUnit.NANOSECONDS);
                }
            };

    /** The results of the first attempts. */
    void answer(WebhookResult... first) {
        results.addAll(List.of(first));
    }

    void failAlways() {
        otherwise = FAILED;
    }

    WebhookResult send(Event event) {
        sent.add(event);
        WebhookResult result = results.poll();
        return result == null ? otherwise : result;
    }

    /** One event in flight, and no time for a stop. The n-th pause of an event is n seconds. */
    EventDelivery delivery(int capacity, int attempts) {
        return delivery(
                Settings.deliveries(capacity, 1, attempts, NONE), Runnable::run, this::send);
    }

    EventDelivery delivery(
            WebhookProperties.Deliveries settings,
            Executor threads,
            Function<Event, WebhookResult> sender) {
        return delivery(settings, threads, sender, Duration::ofSeconds);
    }

    EventDelivery delivery(
            WebhookProperties.Deliveries settings,
            Executor threads,
            Function<Event, WebhookResult> sender,
            IntFunction<Duration> backoff) {
        DeliveryQueue queue =
                new DeliveryQueue(
                        settings.queueCapacity(),
                        Long.MAX_VALUE,
                        settings.maxConcurrent(),
                        new WebhookMetrics(meters));
        return new EventDelivery(settings, queue, sender, backoff, threads, timer, clock);
    }

    void pass(Duration time) {
        timer.advanceTimeBy(time);
    }

    void stepWallClock(Duration step) {
        wallClockStep = wallClockStep.plus(step);
    }

    void expectCounts(int delivered, int retried, int givenUp, int dropped) {
        assertThat(
                        List.of(
                                count("delivered"),
                                count("retried"),
                                count("given_up"),
                                count("dropped")))
                .as("delivered, retried, given up, dropped")
                .containsExactly(delivered, retried, givenUp, dropped);
    }

    int count(String outcome) {
        return (int)
                meters.get("frontdoor.webhook.deliveries")
                        .tag("outcome", outcome)
                        .counter()
                        .count();
    }

    int pending() {
        return (int) meters.get("frontdoor.webhook.deliveries.pending").gauge().value();
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
