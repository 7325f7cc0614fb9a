package dev.frontdoor.connection;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.TimeUnit;

/**
 * Slows down the answers to rejected registrations of one connection. From the tenth rejection
 * within a second on, each answer waits longer than the last. The time that answers wait does not
 * count towards the second. Belongs to the connection's event loop.
 */
final class RejectionPace {

    /** How many rejections within a second are answered at once. */
    static final int FREE = 9;

    /** How much longer each answer waits than the last. */
    static final long STEP = TimeUnit.MILLISECONDS.toNanos(100);

    /** The longest that an answer waits. */
    static final long MAX_DELAY = TimeUnit.SECONDS.toNanos(2);

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** When the latest rejections were; null before the first. */
    private long @Nullable [] times;

    private long rejections;
    private long waited;
    private long delay;

    /**
     * A registration was rejected.
     *
     * @param now the time in nanoseconds
     * @return how many nanoseconds the answer waits
     */
    long nextDelay(long now) {
        if (times == null) {
            times = new long[FREE];
        }
        int oldest = (int) (rejections % FREE);
        long time = now - waited;
        boolean slowed = rejections >= FREE && time - times[oldest] < SECOND;
        times[oldest] = time;
        rejections++;
        delay = slowed ? Math.min(delay + STEP, MAX_DELAY) : 0;
        waited += delay;
        return delay;
    }
}
