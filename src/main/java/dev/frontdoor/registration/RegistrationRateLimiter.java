package dev.frontdoor.registration;

import io.micrometer.core.instrument.Clock;

import java.time.Duration;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Spreads registrations evenly over time, so that a storm reaches the notifiers as a steady stream.
 * It gives each registration a turn, which is a point in time; who waits for it is the caller's
 * concern. Safe for use by any thread.
 */
final class RegistrationRateLimiter {

    /** The longest time that a rejected worker is asked to wait. */
    static final Duration MAX_RETRY = Duration.ofMinutes(5);

    private static final Turn AT_ONCE = new Turn.Granted(0, Duration.ZERO);

    private final long interval;
    private final int queue;
    private final Clock clock;
    private final long start;

    /** Turns that were given back, in nanoseconds from the start. */
    private final TreeSet<Long> free = new TreeSet<>();

    private long nextTurn;
    private long nextRetry;

    /**
     * A limit of registrations per second.
     *
     * @param perSecond 0 for no limit
     * @param queue how many may wait for their turn
     */
    RegistrationRateLimiter(int perSecond, int queue, Clock clock) {
        this.interval = perSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.queue = queue;
        this.clock = clock;
        this.start = clock.monotonicTime();
    }

    /**
     * Gives the next turn to the caller.
     *
     * @param maxWait the latest turn that is of use
     */
    Turn takeTurn(Duration maxWait) {
        return interval == 0 ? AT_ONCE : nextTurn(maxWait);
    }

    private synchronized Turn nextTurn(Duration maxWait) {
        long now = clock.monotonicTime() - start;
        free.headSet(now).clear();
        Long given = free.pollFirst();
        if (given != null) {
            return granted(given, now);
        }
        long horizon = Math.min(interval * queue, TimeUnit.NANOSECONDS.convert(maxWait));
        long turn = Math.max(nextTurn, now);
        if (turn - now <= horizon) {
            nextTurn = turn + interval;
            return granted(turn, now);
        }
        return refused(now, horizon);
    }

    /** Gives a turn back, so that another registration gets it. */
    synchronized void giveBack(Turn.Granted turn) {
        if (interval > 0) {
            free.add(turn.at());
        }
    }

    /** Whether every turn has passed, and every retry. */
    synchronized boolean isIdle() {
        return Math.max(nextTurn, nextRetry) <= clock.monotonicTime() - start;
    }

    private static Turn granted(long turn, long now) {
        return new Turn.Granted(turn, Duration.ofNanos(turn - now));
    }

    /** Spreads the retries at the same rate, from the last turn on that is taken now. */
    private Turn refused(long now, long horizon) {
        nextRetry = Math.max(nextRetry, now + horizon) + interval;
        if (nextRetry - now > MAX_RETRY.toNanos()) {
            nextRetry = now + horizon + interval;
        }
        return new Turn.Refused(Duration.ofNanos(nextRetry - now));
    }

    /** The answer to a registration that asks for its turn. */
    sealed interface Turn {

        /**
         * A turn.
         *
         * @param at the turn, which can be given back
         * @param delay the time until then
         */
        record Granted(long at, Duration delay) implements Turn {}

        /**
         * No turn comes in time.
         *
         * @param retryAfter when to try again
         */
        record Refused(Duration retryAfter) implements Turn {}
    }
}
