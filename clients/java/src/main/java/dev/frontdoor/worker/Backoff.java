package dev.frontdoor.worker;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Random pauses below a limit that doubles, so that workers do not reconnect in step. */
final class Backoff {

    private final long initial;
    private final long max;
    private int attempts;

    Backoff(Duration initial, Duration max) {
        this.initial = initial.toMillis();
        this.max = max.toMillis();
    }

    Duration next() {
        long pause = ThreadLocalRandom.current().nextLong(limit() + 1);
        attempts++;
        return Duration.ofMillis(pause);
    }

    private long limit() {
        int doublings = Math.min(attempts, Long.numberOfLeadingZeros(initial) - 1);
        return Math.min(max, initial << doublings);
    }

    void reset() {
        attempts = 0;
    }
}
