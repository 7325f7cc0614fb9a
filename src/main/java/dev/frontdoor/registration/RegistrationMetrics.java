package dev.frontdoor.registration;

import dev.frontdoor.protocol.WorkerRegistration;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

import java.util.Locale;

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

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String METER = "frontdoor.registrations";

    private final ObservationRegistry observations;

    RegistrationMetrics(MeterRegistry meters, ObservationRegistry observations, LiveTable table) {
        this.observations = observations;
        for (Outcome outcome : Outcome.values()) {
            Timer.builder(METER)
                    .description("Registrations from their arrival to their decision")
                    .tag("outcome", outcome.label())
                    .register(meters);
        }
        Gauge.builder("frontdoor.connections", table, LiveTable::size)
                .description("Open connections")
                .tag("state", "registered")
                .register(meters);
    }

    Observation arrived(long pid, WorkerRegistration registration) {
        return Observation.createNotStarted(METER, observations)
                .contextualName("register worker")
                .highCardinalityKeyValue("pid", Long.toString(pid))
                .highCardinalityKeyValue("identity", registration.identity())
                .start();
    }

    void decided(Observation arrival, Outcome outcome) {
        arrival.lowCardinalityKeyValue("outcome", outcome.label()).stop();
    }
}
