package dev.frontdoor.registration;

import io.micrometer.core.instrument.Timer;
import io.micrometer.observation.Observation;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.TimeUnit;

/** Something that takes time: it ends on a timer, and as an observation where those are handled. */
public final class Timing {

    private final long began = System.nanoTime();
    private final Observation observation;

    Timing(Observation observation) {
        this.observation = observation.start();
    }

    /** Ends it, with an outcome. */
    public void stop(String outcome, Timer timer) {
        stop(outcome, timer, null);
    }

    /** Ends it, with an outcome and what was thrown, if anything was. */
    void stop(String outcome, Timer timer, @Nullable Throwable error) {
        timer.record(nanos(), TimeUnit.NANOSECONDS);
        if (error != null) {
            observation.error(error);
        }
        observation.lowCardinalityKeyValue("outcome", outcome).stop();
    }

    /** Nanoseconds since it began. */
    long nanos() {
        return System.nanoTime() - began;
    }

    Observation observation() {
        return observation;
    }
}
