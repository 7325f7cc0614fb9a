package dev.frontdoor.registration;

import dev.frontdoor.invocation.Sample;

import java.time.Duration;

/**
 * The time until which a registration is decided.
 *
 * @param timeout the time for the decision
 * @param sample the sample of the registration, which measures the time since its arrival
 */
record DecisionDeadline(Duration timeout, Sample sample) {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** The time that is left, at most the given one; zero when the deadline has passed. */
    Duration remaining(Duration atMost) {
        Duration left = timeout.minusNanos(sample.nanos());
        if (left.isNegative()) {
            return Duration.ZERO;
        }
        return left.compareTo(atMost) < 0 ? left : atMost;
    }

    /** The decision when the deadline has passed. */
    Decision expired() {
        return Decision.deferred("no decision within " + timeout.toMillis() + " ms", RETRY_AFTER);
    }
}
