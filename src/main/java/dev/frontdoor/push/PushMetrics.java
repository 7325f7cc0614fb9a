package dev.frontdoor.push;

import dev.frontdoor.invocation.Sample;
import dev.frontdoor.invocation.Sampler;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How pushes ended. Each is timed once, from the request to its end. Admitted ones are pending in
 * between.
 */
final class PushMetrics {

    /** How a push ended, as a label. */
    enum Outcome {
        REPLIED,
        /** The worker refused it. */
        REFUSED,
        EXPIRED,
        DISCONNECTED,
        /** The caller no longer waits for the reply. */
        CANCELLED,
        /** Nothing was sent. */
        NOT_ADMITTED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String METER = "frontdoor.pushes";

    private final Sampler sampler;
    private final Map<Outcome, Timer> timers = new EnumMap<>(Outcome.class);
    private final AtomicInteger pending = new AtomicInteger();

    PushMetrics(MeterRegistry meters, Sampler sampler) {
        this.sampler = sampler;
        for (Outcome outcome : Outcome.values()) {
            timers.put(
                    outcome,
                    Timer.builder(METER)
                            .description("Pushes from the request to their end")
                            .tag("outcome", outcome.label())
                            .register(meters));
        }
        Gauge.builder("frontdoor.pushes.pending", pending, AtomicInteger::get)
                .description("Pushes that have not ended")
                .register(meters);
    }

    Sample requested(long pid) {
        return sampler.start(
                METER,
                observation ->
                        observation
                                .contextualName("push")
                                .highCardinalityKeyValue("pid", Long.toString(pid)));
    }

    void notAdmitted(Sample push) {
        stop(push, Outcome.NOT_ADMITTED);
    }

    void admitted() {
        pending.incrementAndGet();
    }

    void ended(Sample push, Outcome outcome) {
        pending.decrementAndGet();
        stop(push, outcome);
    }

    private void stop(Sample push, Outcome outcome) {
        push.stop(outcome.label(), Objects.requireNonNull(timers.get(outcome)));
    }
}
