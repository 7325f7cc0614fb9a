package dev.frontdoor.registration;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * What became of registrations. Every WorkerRegister frame that was handled is timed once, from its
 * arrival to its decision, whatever that was.
 */
final class RegistrationMetrics {

    /** What became of a registration, as a label. */
    enum Outcome {
        ACCEPTED,
        /** A notifier, or a limit, turned it away. */
        REJECTED,
        /** A notifier failed. */
        FAILED,
        /** A notifier overran its time limit. */
        TIMEOUT,
        /** No notifier takes such a worker. */
        UNMATCHED,
        /** The connection ended first. */
        ABANDONED
    }

    private final Map<Outcome, Timer> timers = new EnumMap<>(Outcome.class);

    RegistrationMetrics(MeterRegistry registry, LiveTable table) {
        for (Outcome outcome : Outcome.values()) {
            timers.put(
                    outcome,
                    Timer.builder("frontdoor.registrations")
                            .description("Registrations from their arrival to their decision")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        Gauge.builder("frontdoor.connections", table, LiveTable::size)
                .description("Open connections")
                .tag("state", "registered")
                .register(registry);
    }

    void decided(Outcome outcome, Duration took) {
        timers.get(outcome).record(took);
    }
}
