package dev.frontdoor.connection;

import io.micrometer.core.instrument.Clock;

import java.time.Duration;

/**
 * Time that passes while a thread runs. If the thread looks at it late, because the process was
 * paused or the thread was busy, the delay counts as one step at most: nobody had the time to do
 * anything within it. Used by one thread.
 */
final class RunningTime {

    /** The longest time between two looks that counts in full. */
    static final Duration MAX_STEP = Duration.ofSeconds(1);

    private final Clock clock;
    private long lastLook;
    private long skipped;

    RunningTime(Clock clock) {
        this.clock = clock;
        this.lastLook = clock.monotonicTime();
    }

    /** The time in nanoseconds; only differences have a meaning. To be asked for regularly. */
    long now() {
        long now = clock.monotonicTime();
        skipped += Math.max(now - lastLook - MAX_STEP.toNanos(), 0);
        lastLook = now;
        return now - skipped;
    }
}
