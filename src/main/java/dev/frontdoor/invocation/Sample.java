package dev.frontdoor.invocation;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.observation.Observation;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.TimeUnit;

/**
 * Measures one operation: with a timer, and as an observation where observations are handled. An
 * exception of the registry or of an observation handler is logged and affects nothing else.
 */
public final class Sample {

    private static final Logger log = LoggerFactory.getLogger(Sample.class);

    private final Observation observation;
    private final Clock clock;
    private final long start;

    Sample(Observation observation, Clock clock, long start) {
        this.observation = observation;
        this.clock = clock;
        this.start = start;
    }

    /** Stops it with an outcome. */
    public void stop(Labeled outcome, Timer timer) {
        stop(outcome, timer, null);
    }

    /** Stops it with an outcome and the exception of the operation, if there was one. */
    void stop(Labeled outcome, Timer timer, @Nullable Throwable error) {
        record(timer);
        try {
            if (error != null) {
                observation.error(DisplayedException.of(error));
            }
            if (!observation.isNoop()) {
                observation.lowCardinalityKeyValue("outcome", outcome.label()).stop();
            }
        } catch (Throwable e) {
            log.error("an observation could not be stopped", e);
        }
    }

    /** Records the time since the start. */
    void record(Timer timer) {
        try {
            timer.record(nanos(), TimeUnit.NANOSECONDS);
        } catch (Throwable e) {
            log.error("timer {} could not be recorded", timer.getId().getName(), e);
        }
    }

    /** Nanoseconds since the start. */
    public long nanos() {
        return nanosUntil(clock.monotonicTime());
    }

    /** Nanoseconds from the start to a time of the same clock. */
    long nanosUntil(long now) {
        return now - start;
    }

    Observation observation() {
        return observation;
    }

    /** Makes the observation the current one of this thread; one that does nothing if it cannot. */
    Observation.Scope openScope() {
        try {
            return observation.openScope();
        } catch (Throwable e) {
            log.error("the scope of an observation could not be opened", e);
            return Observation.Scope.NOOP;
        }
    }

    static void close(Observation.Scope scope) {
        try {
            scope.close();
        } catch (Throwable e) {
            log.error("the scope of an observation could not be closed", e);
        }
    }
}
