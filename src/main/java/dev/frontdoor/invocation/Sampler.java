package dev.frontdoor.invocation;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.function.UnaryOperator;

/**
 * Starts samples. Each is an observation too where observations are handled, by tracing for
 * instance. Elsewhere none is created, since that would cost more than the calls to the notifiers.
 */
public final class Sampler {

    private static final Logger log = LoggerFactory.getLogger(Sampler.class);

    private final ObservationRegistry observations;
    private final Clock clock;

    /** A sampler whose observations belong to this registry, which may be a no-op. */
    public Sampler(ObservationRegistry observations, Clock clock) {
        this.observations = observations;
        this.clock = clock;
    }

    /** Starts a sample. The description is applied to its observation, if it has one. */
    public Sample start(String name, UnaryOperator<Observation> description) {
        return start(name, clock.monotonicTime(), description);
    }

    /** Starts a sample that measures from an earlier time on. Its observation starts now. */
    Sample start(String name, long since, UnaryOperator<Observation> description) {
        Observation observation =
                observations.isNoop() ? Observation.NOOP : observe(name, description);
        return new Sample(observation, clock, since);
    }

    private Observation observe(String name, UnaryOperator<Observation> description) {
        try {
            return description
                    .apply(Observation.createNotStarted(name, SampleContext::new, observations))
                    .start();
        } catch (Throwable e) {
            log.error("an observation could not be started", e);
            return Observation.NOOP;
        }
    }

    private static final class SampleContext extends Observation.Context {}

    /** Prevents meters for the observations of samples, which have timers of their own. */
    public static final class Unmetered implements MeterObservationHandler<Observation.Context> {

        @Override
        public boolean supportsContext(Observation.Context context) {
            return context instanceof SampleContext;
        }
    }
}
