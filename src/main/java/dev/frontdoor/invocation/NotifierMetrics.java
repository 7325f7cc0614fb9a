package dev.frontdoor.invocation;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

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

    private static final Duration FAILING_WINDOW = Duration.ofMinutes(1);
    private static final int FAILING_CALLS = 5;

    private final String notifier;
    private final Sampler sampler;
    private final NotifierTimers timers;
    private final Clock clock;
    private final ConcurrentMap<CallKind, RecentCalls> recent = new ConcurrentHashMap<>();
    private final Map<CallOutcome, LongAdder> counts = new EnumMap<>(CallOutcome.class);
    private final AtomicInteger held = new AtomicInteger();
    private volatile @Nullable Long lastSuccessNanos;
    private volatile @Nullable Long lastFailureNanos;
    private volatile @Nullable Failure lastFailure;

    NotifierMetrics(
            String notifier,
            Callbacks callbacks,
            MeterRegistry meters,
            Sampler sampler,
            Clock clock) {
        this.notifier = notifier;
        this.timers = new NotifierTimers(notifier, callbacks, meters);
        this.sampler = sampler;
        this.clock = clock;
        for (CallOutcome outcome : CallOutcome.values()) {
            counts.put(outcome, new LongAdder());
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
        return counter(outcome).sum();
    }

    /** The last call that failed or timed out; null if none did. */
    public @Nullable Failure lastFailure() {
        return lastFailure;
    }

    /** The latency of the recent calls, by callback; without callbacks that have had no call. */
    public Map<CallKind, Latency> latencies() {
        Map<CallKind, Latency> latencies = new EnumMap<>(CallKind.class);
        recent.forEach((kind, calls) -> latencies.put(kind, calls.latency(now())));
        return latencies;
    }

    /**
     * Whether all recent calls failed or timed out: those that ended in the last minute, or the
     * last five of one callback.
     */
    public boolean isFailing() {
        Long failure = lastFailureNanos;
        Long success = lastSuccessNanos;
        boolean allOfTheLastMinute =
                failure != null && isRecent(failure) && (success == null || !isRecent(success));
        return allOfTheLastMinute
                || recent.values().stream()
                        .anyMatch(calls -> calls.failuresInARow() >= FAILING_CALLS);
    }

    private boolean isRecent(long nanos) {
        return now() - nanos < FAILING_WINDOW.toNanos();
    }

    /** The present time, by which calls are measured. */
    long now() {
        return clock.monotonicTime();
    }

    /** The notifier holds one pid more. */
    void acquired() {
        held.incrementAndGet();
    }

    /** The notifier holds one pid less. */
    void released() {
        held.decrementAndGet();
    }

    /**
     * Starts the sample of a call.
     *
     * @param due when the call was requested or became necessary, as {@link #now} was then
     */
    Sample started(CallKind kind, long pid, @Nullable Sample parent, long due) {
        if (kind == CallKind.REPLACED) {
            timers.onReplacement();
        }
        return sampler.start(
                NotifierTimers.METER,
                due,
                observation ->
                        observation
                                .contextualName("notifier " + notifier)
                                .lowCardinalityKeyValue("notifier", notifier)
                                .lowCardinalityKeyValue("callback", kind.label())
                                .highCardinalityKeyValue("pid", Long.toString(pid))
                                .parentObservation(parent == null ? null : parent.observation()));
    }

    /** Counts a call, at its end or its timeout. */
    void ended(CallKind kind, Sample sample, CallResult result) {
        CallOutcome outcome = result.outcome(kind);
        increment(outcome);
        switch (result) {
            case CallResult.Accepted _, CallResult.Declined _, CallResult.Rejected _ ->
                    succeeded(kind, sample);
            case CallResult.Failed failed ->
                    failed(kind, sample, outcome, failed.thrown().getClass().getName());
            case CallResult.TimedOut timedOut -> {
                timers.onTimeout(kind);
                failed(kind, sample, outcome, "no return within " + timedOut.limit());
            }
            case CallResult.Skipped _ -> {}
        }
        sample.stop(outcome, timers.get(kind, outcome), result.error());
    }

    /** Counts a call that returned after its timeout. */
    void returnedLate(CallKind kind, Sample sample) {
        increment(CallOutcome.LATE);
        sample.record(timers.get(kind, CallOutcome.LATE));
    }

    private void increment(CallOutcome outcome) {
        counter(outcome).increment();
    }

    private LongAdder counter(CallOutcome outcome) {
        return Objects.requireNonNull(counts.get(outcome));
    }

    private void succeeded(CallKind kind, Sample sample) {
        long now = now();
        recent(kind).add(now, sample.nanosUntil(now), false);
        lastSuccessNanos = now;
    }

    private void failed(CallKind kind, Sample sample, CallOutcome outcome, String error) {
        long now = now();
        recent(kind).add(now, sample.nanosUntil(now), true);
        lastFailure = new Failure(Instant.ofEpochMilli(clock.wallTime()), kind, outcome, error);
        lastFailureNanos = now;
    }

    private RecentCalls recent(CallKind kind) {
        RecentCalls present = recent.get(kind);
        return present == null ? recent.computeIfAbsent(kind, _ -> new RecentCalls()) : present;
    }

    /**
     * A call that failed.
     *
     * @param at when
     * @param callback the kind of call
     * @param outcome {@code FAILED} or {@code TIMEOUT}
     * @param error the class of what was thrown, or the limit that was exceeded
     */
    public record Failure(Instant at, CallKind callback, CallOutcome outcome, String error) {}

    /**
     * How long the recent calls of one callback took, from when they were due to their end or
     * timeout: at most the last 1,000, and those of the last ten minutes.
     *
     * @param calls how many there were
     * @param median half of them took no longer
     * @param p99 99 of 100 took no longer
     * @param max the longest
     */
    public record Latency(int calls, Duration median, Duration p99, Duration max) {}
}
