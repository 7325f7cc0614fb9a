package dev.frontdoor.invocation;

import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.function.UnaryOperator;

/**
 * Begins timings. Each is an observation too where somebody handles those, as tracing does; where
 * nobody does none is made, which would cost a registration more than the notifiers it asks.
 */
public final class Sampler {

    private static final Logger log = LoggerFactory.getLogger(Sampler.class);

    private final ObservationRegistry observations;

    /** Sampler that are observations in this registry, which may be none. */
    public Sampler(ObservationRegistry observations) {
        this.observations = observations;
    }

    /** Begins a timing; the description is for observations, and done without if there are none. */
    public Sample begin(String name, UnaryOperator<Observation> description) {
        return new Sample(observations.isNoop() ? Observation.NOOP : start(name, description));
    }

    private Observation start(String name, UnaryOperator<Observation> description) {
        try {
            return description
                    .apply(Observation.createNotStarted(name, Ours::new, observations))
                    .start();
        } catch (RuntimeException e) {
            log.error("an observation could not be started", e);
            return Observation.NOOP;
        }
    }

    private static final class Ours extends Observation.Context {}

    /** Keeps our observations from being metered as others are: they have their timers already. */
    public static final class Unmetered implements MeterObservationHandler<Observation.Context> {

        @Override
        public boolean supportsContext(Observation.Context context) {
            return context instanceof Ours;
        }
    }
}
