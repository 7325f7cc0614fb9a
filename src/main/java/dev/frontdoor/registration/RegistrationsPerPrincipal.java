package dev.frontdoor.registration;

import dev.frontdoor.notifier.Principal;
import dev.frontdoor.registration.RegistrationRateLimiter.Turn;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits how many registrations per second the workers of one principal may begin together. Those
 * of one second may come at once. Used by any thread.
 */
final class RegistrationsPerPrincipal {

    /** How many principals are remembered before some are forgotten. */
    private static final int MAX_IDLE = 1000;

    private static final Duration BURST = Duration.ofSeconds(1);

    private final int perSecond;
    private final Clock clock;
    private final AtomicLong nextCleaning;
    private final ConcurrentMap<Key, RegistrationRateLimiter> limiters = new ConcurrentHashMap<>();

    /**
     * A limit.
     *
     * @param perSecond 0 for no limit
     */
    RegistrationsPerPrincipal(int perSecond, Clock clock) {
        this.perSecond = perSecond;
        this.clock = clock;
        this.nextCleaning = new AtomicLong(clock.monotonicTime());
    }

    /**
     * Counts a registration.
     *
     * @return when to try again; null if it may begin
     */
    @Nullable Duration retryAfter(@Nullable Principal principal) {
        if (perSecond == 0 || principal == null) {
            return null;
        }
        if (limiters.size() >= MAX_IDLE) {
            forgetIdle();
        }
        RegistrationRateLimiter limiter =
                limiters.computeIfAbsent(
                        new Key(principal.kind(), principal.name()),
                        _ -> new RegistrationRateLimiter(perSecond, perSecond, clock));
        return limiter.takeTurn(BURST) instanceof Turn.Refused refused
                ? refused.retryAfter()
                : null;
    }

    /** Forgets those that are not limited at the moment, at most once a second. */
    private void forgetIdle() {
        long now = clock.monotonicTime();
        long due = nextCleaning.get();
        if (now - due >= 0 && nextCleaning.compareAndSet(due, now + BURST.toNanos())) {
            limiters.values().removeIf(RegistrationRateLimiter::isIdle);
        }
    }

    /** How many principals are remembered. */
    int size() {
        return limiters.size();
    }

    private record Key(Principal.Kind kind, String name) {}
}
