package dev.frontdoor.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What becomes of events that nobody waits for. What adds up: those ever handed over are delivered,
 * given up, dropped or pending; every attempt that delivered nothing is retried or ended in giving
 * up. A stop gives up what is still pending, which is no attempt.
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
                .description("Events that wait to be delivered")
                .register(meters);
    }

    private static Counter counter(MeterRegistry meters, String outcome) {
        return Counter.builder("frontdoor.webhook.deliveries")
                .description("What became of events that are delivered from the queue")
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

    void gaveUp() {
        pending.decrementAndGet();
        givenUp.increment();
    }

    void dropped() {
        dropped.increment();
    }
}
