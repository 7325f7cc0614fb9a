package dev.frontdoor.auth;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/** Whether the checks that take time can be made. Safe for use by any thread. */
public final class CheckRecord {

    /** Failures in a row after which all recent checks have failed. */
    private static final int FAILING_CHECKS = 5;

    private final int maxConcurrent;
    private final Clock clock;
    private final AtomicInteger overdue = new AtomicInteger();
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private volatile @Nullable Failure lastFailure;

    /**
     * No checks yet.
     *
     * @param maxConcurrent how many run at once
     */
    CheckRecord(int maxConcurrent, Clock clock) {
        this.maxConcurrent = maxConcurrent;
        this.clock = clock;
    }

    /** How many have exceeded their time limit and have not returned. Each keeps its thread. */
    public int overdue() {
        return overdue.get();
    }

    /** Why workers cannot be checked; null if they can. */
    public @Nullable String fault() {
        if (overdue() >= maxConcurrent) {
            return "checks that exceeded their timeout occupy all %s threads"
                    .formatted(maxConcurrent);
        }
        return failuresInARow.get() >= FAILING_CHECKS ? "all recent checks failed" : null;
    }

    /** The last check that failed or exceeded its time limit; null if none did. */
    public @Nullable Failure lastFailure() {
        return lastFailure;
    }

    /** A check has exceeded its time limit, and keeps its thread until it returns. */
    void becameOverdue() {
        overdue.incrementAndGet();
    }

    /** A check that had exceeded its time limit has returned. */
    void overdueReturned() {
        overdue.decrementAndGet();
    }

    /** A check has accepted or refused a worker in time. */
    void succeeded() {
        failuresInARow.set(0);
    }

    /** A check could not be made, or found out nothing. */
    void failed(String error) {
        lastFailure = new Failure(Instant.ofEpochMilli(clock.wallTime()), error);
        failuresInARow.accumulateAndGet(1, (count, one) -> Math.min(count + one, FAILING_CHECKS));
    }

    /**
     * A check that failed.
     *
     * @param at when
     * @param error the class of what was thrown, or what happened otherwise
     */
    public record Failure(Instant at, String error) {}
}
