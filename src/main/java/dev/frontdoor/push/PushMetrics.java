package dev.frontdoor.push;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How pushes ended. Each is timed once, from when it was asked for to its end; those admitted are
 * pending in between.
 */
final class PushMetrics {

    /** How a push ended, as a label. */
    enum Outcome {
        REPLIED,
        EXPIRED,
        DISCONNECTED,
        /** Nothing was sent. */
        REFUSED,
        /** Whoever pushed no longer wants the reply. */
        CANCELLED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String METER = "frontdoor.pushes";

    private final ObservationRegistry observations;
    private final AtomicInteger pending = new AtomicInteger();

    PushMetrics(MeterRegistry meters, ObservationRegistry observations) {
        this.observations = observations;
        for (Outcome outcome : Outcome.values()) {
            Timer.builder(METER)
                    .description("Pushes from being asked for to their end")
                    .tag("outcome", outcome.label())
                    .register(meters);
        }
        Gauge.builder("frontdoor.pushes.pending", pending, AtomicInteger::get)
                .description("Pushes that are not answered yet")
                .register(meters);
    }

    Observation asked(long pid) {
        return Observation.createNotStarted(METER, observations)
                .contextualName("push")
                .highCardinalityKeyValue("pid", Long.toString(pid))
                .start();
    }

    void refused(Observation push) {
        stop(push, Outcome.REFUSED);
    }

    void admitted() {
        pending.incrementAndGet();
    }

    void ended(Observation push, Outcome outcome) {
        pending.decrementAndGet();
        stop(push, outcome);
    }

    private static void stop(Observation push, Outcome outcome) {
        push.lowCardinalityKeyValue("outcome", outcome.label()).stop();
    }
}
