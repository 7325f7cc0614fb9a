package dev.frontdoor.webhook;

import java.time.Duration;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/**
 * Random pauses that grow. The longest pause after the first failed attempt is {@code initial}, and
 * doubles with each further one up to {@code max}. A pause is random over its whole length, so that
 * events that failed together are not sent again together.
 */
final class Backoff implements IntFunction<Duration> {

    private static final int MAX_DOUBLINGS = 30;

    private final long initial;
    private final long max;
    private final RandomGenerator random;

    Backoff(Duration initial, Duration max, RandomGenerator random) {
        this.initial = initial.toMillis();
        this.max = max.toMillis();
        this.random = random;
    }

    /** The pause after so many failed attempts, at least 1 ms. */
    @Override
    public Duration apply(int attempts) {
        long longest = Math.min(max, initial << Math.min(attempts - 1, MAX_DOUBLINGS));
        return Duration.ofMillis(random.nextLong(longest) + 1);
    }
}
