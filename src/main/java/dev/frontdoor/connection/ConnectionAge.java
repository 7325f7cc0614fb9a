package dev.frontdoor.connection;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The age at which one connection is closed, so that a fleet spreads over its instances again. It
 * is random, since many workers may have connected at once. Belongs to the connection's event loop,
 * and measures that loop's running time.
 */
final class ConnectionAge {

    /** The part of the limit by which the ages of connections differ. */
    private static final int JITTER = 4;

    private final RunningTime time;
    private final long openedAt;
    private final long limit;
    private final long grace;

    /**
     * The age of a connection that opens now.
     *
     * @param max the limit; 0 for none
     * @param grace additional time while pushes are pending
     */
    ConnectionAge(Duration max, Duration grace, RunningTime time, RandomGenerator random) {
        long nanos = TimeUnit.NANOSECONDS.convert(max);
        this.time = time;
        this.openedAt = time.now();
        this.limit = max.isZero() ? Long.MAX_VALUE : nanos - random.nextLong(nanos / JITTER + 1);
        this.grace = TimeUnit.NANOSECONDS.convert(grace);
    }

    /** Whether the connection is to be closed as soon as no push is pending. */
    boolean isReached() {
        return beyond() > 0;
    }

    /** Whether it is to be closed whatever is pending. */
    boolean isGraceOver() {
        return beyond() > grace;
    }

    private long beyond() {
        return time.now() - openedAt - limit;
    }
}
