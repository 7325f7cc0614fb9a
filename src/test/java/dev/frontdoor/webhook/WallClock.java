package dev.frontdoor.webhook;

import io.micrometer.core.instrument.Clock;

import java.time.Duration;
import java.time.Instant;

/** Shows the date that a test sets. Ages and time limits are real. */
final class WallClock implements Clock {

    private volatile Instant now;

    WallClock(Instant now) {
        this.now = now;
    }

    void step(Duration step) {
        now = now.plus(step);
    }

    @Override
    public long wallTime() {
        return now.toEpochMilli();
    }

    @Override
    public long monotonicTime() {
        return Clock.SYSTEM.monotonicTime();
    }
}
