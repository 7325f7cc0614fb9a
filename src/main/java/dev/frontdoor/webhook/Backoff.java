package dev.frontdoor.webhook;

import java.time.Duration;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/**
 * Random pauses that grow: after the n-th attempt anything up to {@code first} doubled n - 1 times,
 * but never more than {@code max}. Being random over the whole length, they spread the retries of
 * many events that failed at once.
 */
final class Backoff implements IntFunction<Duration> {

    private static final int MAX_DOUBLINGS = 30;

    private final long first;
    private final long max;
    private final RandomGenerator random;

    Backoff(Duration first, Duration max, RandomGenerator random) {
        this.first = first.toMillis();
        this.max = max.toMillis();
        this.random = random;
    }

    /** The pause after so many attempts, 1 ms at least. */
    @Override
    public Duration apply(int attempts) {
        long longest = Math.min(max, first << Math.min(attempts - 1, MAX_DOUBLINGS));
        return Duration.ofMillis(random.nextLong(longest) + 1);
    }
}
