package dev.frontdoor.registration;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the calls to one notifier came to. Each call is counted once, when it ends or at its time
 * limit, whichever is first; one that returns after its limit is counted a second time, as late.
 *
 * <p>What adds up: {@code registered} calls that returned, in time or late, are as many as the pids
 * held and the {@code unregistered} calls begun. {@code replaced} and {@code restored} calls change
 * what is held of a pid, not whether it is held.
 */
public final class NotifierCalls {

    private final Clock clock;
    private final Map<Callback, Map<CallOutcome, Timer>> timers = new EnumMap<>(Callback.class);
    private final Map<CallOutcome, LongAdder> counts = new EnumMap<>(CallOutcome.class);
    private final AtomicInteger held = new AtomicInteger();
    private volatile @Nullable Instant lastSuccess;
    private volatile @Nullable Failure lastFailure;

    NotifierCalls(String notifier, MeterRegistry registry, Clock clock) {
        this.clock = clock;
        for (CallOutcome outcome : CallOutcome.values()) {
            counts.put(outcome, new LongAdder());
        }
        for (Callback callback : Callback.values()) {
            Map<CallOutcome, Timer> ofCallback = new EnumMap<>(CallOutcome.class);
            for (CallOutcome outcome : CallOutcome.values()) {
                ofCallback.put(
                        outcome,
                        Timer.builder("frontdoor.notifier.calls")
                                .description("Calls to a notifier")
                                .tag("notifier", notifier)
                                .tag("callback", label(callback))
                                .tag("outcome", label(outcome))
                                .register(registry));
            }
            timers.put(callback, ofCallback);
        }
        Gauge.builder("frontdoor.notifier.held", held, AtomicInteger::get)
                .description("Pids that a notifier was told of and not yet of their end")
                .tag("notifier", notifier)
                .register(registry);
    }

    /** How many pids the notifier holds. */
    public int held() {
        return held.get();
    }

    /** How many calls ended so. */
    public long count(CallOutcome outcome) {
        return counts.get(outcome).sum();
    }

    /** The last call that failed or overran; null if none ever did. */
    public @Nullable Failure lastFailure() {
        return lastFailure;
    }

    /** Whether calls ended in the given time up to now, and every one of them failed. */
    public boolean allFailedWithin(Duration window) {
        Instant start = clock.instant().minus(window);
        Failure failure = lastFailure;
        Instant success = lastSuccess;
        return failure != null
                && failure.at().isAfter(start)
                && (success == null || success.isBefore(start));
    }

    void tookOn() {
        held.incrementAndGet();
    }

    void letGo() {
        held.decrementAndGet();
    }

    void ended(Callback callback, CallOutcome outcome, long nanos, @Nullable Throwable error) {
        if (outcome.isFailure()) {
            lastFailure = new Failure(clock.instant(), callback, outcome, nameOf(error));
        } else if (outcome != CallOutcome.LATE) {
            lastSuccess = clock.instant();
        }
        counts.get(outcome).increment();
        timers.get(callback).get(outcome).record(Duration.ofNanos(nanos));
    }

    private static @Nullable String nameOf(@Nullable Throwable error) {
        return error == null ? null : error.getClass().getName();
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /**
     * A call that failed.
     *
     * @param at when
     * @param callback what it told or asked
     * @param outcome {@code FAILED} or {@code TIMEOUT}
     * @param error the class of what it threw; null for a time-out
     */
    public record Failure(
            Instant at, Callback callback, CallOutcome outcome, @Nullable String error) {}
}
