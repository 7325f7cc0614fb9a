package dev.frontdoor.notifier;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/**
 * Which workers are evicted, how fast, and whether they are invited back. Of those that the filter
 * selects, the service takes some at random if a count or a share is given, and all otherwise. At
 * most one of both may be given.
 *
 * @param filter which workers may be evicted
 * @param pids the numbers of the connections that may be evicted, at most {@value #MAX_PIDS}; null
 *     for all
 * @param count how many workers are evicted at most, 1 or more; null for no limit
 * @param share the part of the workers that is evicted, more than 0 and at most 1, rounded to whole
 *     workers; null for all
 * @param ratePerSecond how many connections are closed per second at most, 1 or more; null for the
 *     drain's setting {@code max-closes-per-second}. The deadline takes precedence over it
 * @param deadline the time until the last connection is closed, from 0 to 24 h. The push grace is a
 *     part of it. If it is null, the closes take the time that the rate needs or, without a rate,
 *     the drain's window; the push grace is added
 * @param comeBack whether the workers are closed with code 1012, which invites them to reconnect
 *     elsewhere; otherwise with 4502, which tells them not to
 */
public record EvictionRequest(
        WorkerFilter filter,
        @Nullable Set<Long> pids,
        @Nullable Integer count,
        @Nullable Double share,
        @Nullable Integer ratePerSecond,
        @Nullable Duration deadline,
        boolean comeBack) {

    /** The latest deadline. */
    public static final Duration MAX_DEADLINE = Duration.ofHours(24);

    /** How many connections can be named. */
    public static final int MAX_PIDS = 1000;

    /**
     * Checks the values, and copies the set.
     *
     * @throws IllegalArgumentException if a value is not allowed; the message names it
     */
    public EvictionRequest {
        Objects.requireNonNull(filter, "filter");
        pids = pids == null ? null : Set.copyOf(pids);
        require(
                pids == null || pids.size() <= MAX_PIDS,
                "pids must be at most %s".formatted(MAX_PIDS));
        require(count == null || share == null, "count and share cannot both be given");
        require(count == null || count >= 1, "count must be 1 or more, was " + count);
        require(
                share == null || (share > 0 && share <= 1),
                "share must be more than 0 and at most 1, was " + share);
        require(
                ratePerSecond == null || ratePerSecond >= 1,
                "ratePerSecond must be 1 or more, was " + ratePerSecond);
        require(
                deadline == null
                        || (!deadline.isNegative() && deadline.compareTo(MAX_DEADLINE) <= 0),
                "deadline must be from 0 to 24 h, was " + deadline);
    }

    /** Evicts all workers that a filter selects. They are invited back. */
    public static EvictionRequest all(WorkerFilter filter) {
        return new EvictionRequest(filter, null, null, null, null, null, true);
    }

    /** Evicts some of the workers that a filter selects. They are invited back. */
    public static EvictionRequest count(int count, WorkerFilter filter) {
        return new EvictionRequest(filter, null, count, null, null, null, true);
    }

    /** Evicts a part of the workers that a filter selects. They are invited back. */
    public static EvictionRequest share(double share, WorkerFilter filter) {
        return new EvictionRequest(filter, null, null, share, null, null, true);
    }

    /** Evicts these workers. They are invited back. */
    public static EvictionRequest pids(Set<Long> pids) {
        return new EvictionRequest(WorkerFilter.ALL, pids, null, null, null, null, true);
    }

    /** This request, with at most so many closes per second. */
    public EvictionRequest withRatePerSecond(int ratePerSecond) {
        return new EvictionRequest(filter, pids, count, share, ratePerSecond, deadline, comeBack);
    }

    /** This request, with a time until the last close. */
    public EvictionRequest withDeadline(Duration deadline) {
        return new EvictionRequest(filter, pids, count, share, ratePerSecond, deadline, comeBack);
    }

    /** This request, but the workers are told not to come back. */
    public EvictionRequest forGood() {
        return new EvictionRequest(filter, pids, count, share, ratePerSecond, deadline, false);
    }

    private static void require(boolean allowed, String message) {
        if (!allowed) {
            throw new IllegalArgumentException(message);
        }
    }
}
