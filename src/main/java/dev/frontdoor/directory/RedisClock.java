package dev.frontdoor.directory;

import io.micrometer.core.instrument.Clock;

import java.util.concurrent.TimeUnit;

/** The time of Redis, as far as this instance knows it. Used by any thread. */
final class RedisClock {

    private final Clock clock;
    private volatile long offset = Long.MIN_VALUE;

    RedisClock(Clock clock) {
        this.clock = clock;
    }

    /** Redis has just answered with this time, in milliseconds. */
    void set(long redisTime) {
        offset = redisTime - monotonicMillis();
    }

    /** Whether the time is known. */
    boolean isSet() {
        return offset != Long.MIN_VALUE;
    }

    /** The time in milliseconds. */
    long now() {
        return offset + monotonicMillis();
    }

    private long monotonicMillis() {
        return TimeUnit.NANOSECONDS.toMillis(clock.monotonicTime());
    }
}
