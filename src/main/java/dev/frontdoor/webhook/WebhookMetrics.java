package dev.frontdoor.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the outcomes of queued events. Each queued event is delivered, given up or pending; a
 * dropped event was never queued. Each failed attempt is retried or gives the event up. A stop
 * gives up the pending events without an attempt.
 */
final class WebhookMetrics {

    private final Counter delivered;
    private final Counter retried;
    private final Counter givenUp;
    private final Counter dropped;
    private final AtomicInteger pending = new AtomicInteger();

    WebhookMetrics(MeterRegistry meters) {
        this.delivered = counter(meters, "delivered");
        this.retried = counter(meters, "retried");
        this.givenUp = counter(meters, "given_up");
        this.dropped = counter(meters, "dropped");
        Gauge.builder("frontdoor.webhook.deliveries.pending", pending, AtomicInteger::get)
                .description("Events that are queued or in flight")
                .register(meters);
    }

    private static Counter counter(MeterRegistry meters, String outcome) {
        return Counter.builder("frontdoor.webhook.deliveries")
                .description("Queued events by outcome")
                .tag("outcome", outcome)
                .register(meters);
    }

    void queued() {
        pending.incrementAndGet();
    }

    void delivered() {
        pending.decrementAndGet();
        delivered.increment();
    }

    void retried() {
        retried.increment();
    }

    void gaveUp(int events) {
        pending.addAndGet(-events);
        givenUp.increment(events);
    }

    void dropped() {
        dropped.increment();
    }
}
