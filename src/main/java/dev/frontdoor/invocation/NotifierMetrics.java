package dev.frontdoor.invocation;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the calls to one notifier. Each call is counted once, at its end or at its timeout,
 * whichever comes first. A call that returns after its timeout is counted a second time, as late.
 *
 * <p>These are equal: the {@code registered} calls that returned, in time or late; and the pids
 * held plus the {@code unregistered} calls begun. {@code replaced} and {@code restored} calls
 * change what the notifier holds of a pid, not whether it holds it.
 */
public final class NotifierMetrics {

    private static final String METER = "frontdoor.notifier.calls";

    private final String notifier;
    private final Sampler sampler;
    private final Map<CallKind, Map<CallOutcome, Timer>> timers = new EnumMap<>(CallKind.class);
    private final Clock clock;
    private final ConcurrentMap<CallOutcome, LongAdder> counts = new ConcurrentHashMap<>();
    private final AtomicInteger held = new AtomicInteger();
    private volatile @Nullable Long lastSuccessNanos;
    private volatile @Nullable Long lastFailureNanos;
    private volatile @Nullable Failure lastFailure;

    NotifierMetrics(String notifier, MeterRegistry meters, Sampler sampler, Clock clock) {
        this.notifier = notifier;
        this.sampler = sampler;
        this.clock = clock;
        for (CallKind kind : CallKind.values()) {
            Map<CallOutcome, Timer> ofKind = new EnumMap<>(CallOutcome.class);
            for (CallOutcome outcome : CallOutcome.values()) {
                ofKind.put(outcome, timer(kind, outcome, meters));
            }
            timers.put(kind, ofKind);
        }
        Gauge.builder("frontdoor.notifier.held", held, AtomicInteger::get)
                .description("Pids that a notifier holds")
                .tag("notifier", notifier)
                .register(meters);
    }

    /** The number of pids that the notifier holds. */
    public int held() {
        return held.get();
    }

    /** The number of calls with this outcome. */
    public long count(CallOutcome outcome) {
        LongAdder count = counts.get(outcome);
        return count == null ? 0 : count.sum();
    }

    /** The last call that failed or timed out; null if none did. */
    public @Nullable Failure lastFailure() {
        return lastFailure;
    }

    /** Whether calls ended within the given time before now, and all of them failed. */
    public boolean allFailedWithin(Duration window) {
        Long failure = lastFailureNanos;
        Long success = lastSuccessNanos;
        return failure != null
                && isWithin(failure, window)
                && (success == null || !isWithin(success, window));
    }

    private boolean isWithin(long nanos, Duration window) {
        return clock.monotonicTime() - nanos < Timeouts.nanos(window);
    }

    /** The notifier holds one pid more. */
    void acquired() {
        held.incrementAndGet();
    }

    /** The notifier holds one pid less. */
    void released() {
        held.decrementAndGet();
    }

    /** Starts the sample of a call, when the call is requested. */
    Sample requested(CallKind kind, long pid, @Nullable Sample cause) {
        return sampler.start(
                METER,
                observation ->
                        observation
                                .contextualName("notifier " + notifier)
                                .lowCardinalityKeyValue("notifier", notifier)
                                .lowCardinalityKeyValue("callback", kind.label())
                                .highCardinalityKeyValue("pid", Long.toString(pid))
                                .parentObservation(cause == null ? null : cause.observation()));
    }

    /** Counts a call, at its end or its timeout. */
    void ended(CallKind kind, Sample sample, CallResult result) {
        CallOutcome outcome = result.outcome(kind);
        Throwable error = result.error();
        count(kind, outcome, error);
        sample.stop(outcome.label(), timer(kind, outcome), error);
    }

    /** Counts a call that returned after its timeout. */
    void returnedLate(CallKind kind, Sample sample) {
        count(kind, CallOutcome.LATE, null);
        sample.record(timer(kind, CallOutcome.LATE));
    }

    private void count(CallKind kind, CallOutcome outcome, @Nullable Throwable error) {
        counts.computeIfAbsent(outcome, _ -> new LongAdder()).increment();
        if (outcome.isFailure()) {
            String type = error == null ? null : error.getClass().getName();
            Instant now = Instant.ofEpochMilli(clock.wallTime());
            lastFailure = new Failure(now, kind, outcome, type);
            lastFailureNanos = clock.monotonicTime();
        } else if (outcome != CallOutcome.LATE) {
            lastSuccessNanos = clock.monotonicTime();
        }
    }

    private Timer timer(CallKind kind, CallOutcome outcome) {
        return Objects.requireNonNull(Objects.requireNonNull(timers.get(kind)).get(outcome));
    }

    private Timer timer(CallKind kind, CallOutcome outcome, MeterRegistry meters) {
        return Timer.builder(METER)
                .description("Calls to a notifier")
                .tag("notifier", notifier)
                .tag("callback", kind.label())
                .tag("outcome", outcome.label())
                .register(meters);
    }

    /**
     * A call that failed.
     *
     * @param at when
     * @param callback the kind of call
     * @param outcome {@code FAILED} or {@code TIMEOUT}
     * @param error the class of what was thrown; null after a timeout
     */
    public record Failure(
            Instant at, CallKind callback, CallOutcome outcome, @Nullable String error) {}
}
