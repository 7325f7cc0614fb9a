package dev.frontdoor.invocation;

import java.time.Duration;
import java.util.Arrays;

/**
 * The last calls of one callback of one notifier: their durations, and how many failed in a row.
 * Memory is bounded by the number of calls kept. Safe for use by any thread.
 */
final class RecentCalls {

    /** The maximum number of calls kept. */
    static final int MAX_CALLS = 1000;

    /** The time after which a call is not recent any more. */
    static final Duration MAX_AGE = Duration.ofMinutes(10);

    private final long[] durations = new long[MAX_CALLS];
    private final long[] ends = new long[MAX_CALLS];
    private int size;
    private int next;
    private int failuresInARow;

    /** Adds a call that has ended now or timed out now. */
    synchronized void add(long now, long nanos, boolean failed) {
        durations[next] = nanos;
        ends[next] = now;
        next = (next + 1) % MAX_CALLS;
        size = Math.min(size + 1, MAX_CALLS);
        failuresInARow = failed ? failuresInARow + 1 : 0;
    }

    /** The number of calls that failed or timed out since the last one that did not. */
    synchronized int failuresInARow() {
        return failuresInARow;
    }

    /** The latency of the recent calls. */
    NotifierMetrics.Latency latency(long now) {
        long[] recent = recent(now);
        Arrays.sort(recent);
        return new NotifierMetrics.Latency(
                recent.length, quantile(recent, 0.5), quantile(recent, 0.99), quantile(recent, 1));
    }

    private synchronized long[] recent(long now) {
        long[] recent = new long[size];
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (now - ends[i] < MAX_AGE.toNanos()) {
                recent[count++] = durations[i];
            }
        }
        return Arrays.copyOf(recent, count);
    }

    /** The smallest duration that this share of the calls does not exceed. */
    private static Duration quantile(long[] sorted, double share) {
        int rank = (int) Math.ceil(share * sorted.length);
        return rank == 0 ? Duration.ZERO : Duration.ofNanos(sorted[rank - 1]);
    }
}
