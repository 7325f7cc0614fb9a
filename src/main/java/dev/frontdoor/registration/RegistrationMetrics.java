package dev.frontdoor.registration;

import dev.frontdoor.invocation.Sample;
import dev.frontdoor.invocation.Sampler;
import dev.frontdoor.protocol.WorkerRegistration;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

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
        ABANDONED;

        private final String label = name().toLowerCase(Locale.ROOT);

        String label() {
            return label;
        }
    }

    private static final String METER = "frontdoor.registrations";

    private final Sampler timings;
    private final Map<Outcome, Timer> timers = new EnumMap<>(Outcome.class);

    RegistrationMetrics(MeterRegistry meters, Sampler timings, LiveTable table) {
        this.timings = timings;
        for (Outcome outcome : Outcome.values()) {
            timers.put(
                    outcome,
                    Timer.builder(METER)
                            .description("Registrations from their arrival to their decision")
                            .tag("outcome", outcome.label())
                            .register(meters));
        }
        Gauge.builder("frontdoor.connections", table, LiveTable::size)
                .description("Open connections")
                .tag("state", "registered")
                .register(meters);
    }

    Sample arrived(long pid, WorkerRegistration registration) {
        return timings.begin(
                METER,
                observation ->
                        observation
                                .contextualName("register worker")
                                .highCardinalityKeyValue("pid", Long.toString(pid))
                                .highCardinalityKeyValue("identity", registration.identity()));
    }

    void decided(Sample arrival, Outcome outcome) {
        arrival.stop(outcome.label(), Objects.requireNonNull(timers.get(outcome)));
    }
}
