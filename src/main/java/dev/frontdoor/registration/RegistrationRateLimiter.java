package dev.frontdoor.registration;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Spreads registrations evenly over time, so that a storm reaches the notifiers as a steady stream.
 * Safe for use by any thread.
 */
final class RegistrationRateLimiter {

    private final long interval;
    private final int queue;
    private final LongSupplier nanoTime;
    private long nextTurn;

    /**
     * A pace of so many a second.
     *
     * @param perSecond 0 for any number
     * @param queue how many may wait for their turn
     */
    RegistrationRateLimiter(int perSecond, int queue, LongSupplier nanoTime) {
        this.interval = perSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.queue = queue;
        this.nanoTime = nanoTime;
        this.nextTurn = nanoTime.getAsLong();
    }

    /** Waits for a turn; false, at once, if too many are waiting for theirs. */
    boolean awaitTurn() {
        if (interval == 0) {
            return true;
        }
        long turn = takeTurn();
        if (turn < 0) {
            return false;
        }
        long deadline = nanoTime.getAsLong() + turn;
        for (long left = turn; left > 0; left = deadline - nanoTime.getAsLong()) {
            LockSupport.parkNanos(this, left);
        }
        return true;
    }

    /** Nanoseconds until the turn that was taken; below zero if the queue is full. */
    synchronized long takeTurn() {
        long now = nanoTime.getAsLong();
        long wait = Math.max(nextTurn - now, 0);
        if (wait > interval * queue) {
            return -1;
        }
        nextTurn = now + wait + interval;
        return wait;
    }
}
