package dev.frontdoor.invocation;

import io.micrometer.core.instrument.Timer;
import io.micrometer.observation.Observation;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.TimeUnit;

/**
 * Something that takes time: it ends on a timer, and as an observation where those are handled.
 * What a handler throws is logged and stops nothing.
 */
public final class Sample {

    private static final Logger log = LoggerFactory.getLogger(Sample.class);

    private final long began = System.nanoTime();
    private final Observation observation;

    /** Times what is observed by an observation that was started. */
    Sample(Observation observation) {
        this.observation = observation;
    }

    /** Ends it, with an outcome. */
    public void stop(String outcome, Timer timer) {
        stop(outcome, timer, null);
    }

    /** Ends it, with an outcome and what was thrown, if anything was. */
    void stop(String outcome, Timer timer, @Nullable Throwable error) {
        timer.record(nanos(), TimeUnit.NANOSECONDS);
        try {
            if (error != null) {
                observation.error(error);
            }
            observation.lowCardinalityKeyValue("outcome", outcome).stop();
        } catch (RuntimeException e) {
            log.error("an observation could not be stopped", e);
        }
    }

    /** Nanoseconds since it began. */
    long nanos() {
        return System.nanoTime() - began;
    }

    Observation observation() {
        return observation;
    }
}
