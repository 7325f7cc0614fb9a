package dev.frontdoor.invocation;

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
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
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
public final class NotifierMetrics {

    private static final String METER = "frontdoor.notifier.calls";

    private final String notifier;
    private final Sampler timings;
    private final Map<CallKind, Map<CallOutcome, Timer>> timers = new EnumMap<>(CallKind.class);
    private final Clock clock;
    private final ConcurrentMap<CallOutcome, LongAdder> counts = new ConcurrentHashMap<>();
    private final AtomicInteger held = new AtomicInteger();
    private volatile @Nullable Instant lastSuccess;
    private volatile @Nullable Failure lastFailure;

    NotifierMetrics(String notifier, MeterRegistry meters, Sampler timings, Clock clock) {
        this.notifier = notifier;
        this.timings = timings;
        this.clock = clock;
        for (CallKind callback : CallKind.values()) {
            Map<CallOutcome, Timer> ofCallback = new EnumMap<>(CallOutcome.class);
            for (CallOutcome outcome : CallOutcome.values()) {
                ofCallback.put(outcome, timer(callback, outcome, meters));
            }
            timers.put(callback, ofCallback);
        }
        Gauge.builder("frontdoor.notifier.held", held, AtomicInteger::get)
                .description("Pids that a notifier was told of and not yet of their end")
                .tag("notifier", notifier)
                .register(meters);
    }

    /** How many pids the notifier holds. */
    public int held() {
        return held.get();
    }

    /** How many calls ended so. */
    public long count(CallOutcome outcome) {
        LongAdder count = counts.get(outcome);
        return count == null ? 0 : count.sum();
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

    /** Begins the timing of a call, when it is asked for. */
    Sample asked(CallKind callback, long pid, @Nullable Sample cause) {
        return timings.begin(
                METER,
                observation ->
                        observation
                                .contextualName("notifier " + notifier)
                                .lowCardinalityKeyValue("notifier", notifier)
                                .lowCardinalityKeyValue("callback", label(callback))
                                .highCardinalityKeyValue("pid", Long.toString(pid))
                                .parentObservation(cause == null ? null : cause.observation()));
    }

    /** Ends the timing of a call, at its end or its time limit. */
    void ended(Invocation call, CallOutcome outcome, @Nullable Throwable error) {
        note(call.callback, outcome, error);
        call.timing.stop(label(outcome), timer(call.callback, outcome), error);
    }

    /** Counts a call that returned after its time limit. */
    void endedLate(Invocation call) {
        note(call.callback, CallOutcome.LATE, null);
        timer(call.callback, CallOutcome.LATE).record(call.timing.nanos(), TimeUnit.NANOSECONDS);
    }

    private void note(CallKind callback, CallOutcome outcome, @Nullable Throwable error) {
        counts.computeIfAbsent(outcome, _ -> new LongAdder()).increment();
        if (outcome.isFailure()) {
            String type = error == null ? null : error.getClass().getName();
            lastFailure = new Failure(clock.instant(), callback, outcome, type);
        } else if (outcome != CallOutcome.LATE) {
            lastSuccess = clock.instant();
        }
    }

    private Timer timer(CallKind callback, CallOutcome outcome) {
        return Objects.requireNonNull(Objects.requireNonNull(timers.get(callback)).get(outcome));
    }

    private Timer timer(CallKind callback, CallOutcome outcome, MeterRegistry meters) {
        return Timer.builder(METER)
                .description("Calls to a notifier")
                .tag("notifier", notifier)
                .tag("callback", label(callback))
                .tag("outcome", label(outcome))
                .register(meters);
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
            Instant at, CallKind callback, CallOutcome outcome, @Nullable String error) {}
}
