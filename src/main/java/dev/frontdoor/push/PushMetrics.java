package dev.frontdoor.push;

import dev.frontdoor.invocation.Labeled;
import dev.frontdoor.invocation.Sample;
import dev.frontdoor.invocation.Sampler;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Outcomes of pushes. Each push is timed once, from the call to its outcome. Admitted pushes are
 * pending in between.
 *
 * <p>What adds up: pushes requested = pushes timed, over all outcomes, + pending pushes. Pushes
 * whose outcome nobody waits for are none of these. They are counted once each, when they end.
 */
final class PushMetrics {

    /** The outcome of a push, as a label. */
    enum Outcome implements Labeled {
        REPLIED,
        /** The worker received it and refused it. */
        REFUSED,
        EXPIRED,
        DISCONNECTED,
        /** The caller cancelled it. */
        CANCELLED,
        /** It waited for the decision on a registration, which was rejected. */
        REJECTED,
        /** Nothing was sent. */
        NOT_ADMITTED;
    }

    private static final String METER = "frontdoor.pushes";

    private static final Set<Outcome> OF_SENDS =
            EnumSet.of(
                    Outcome.REPLIED,
                    Outcome.REFUSED,
                    Outcome.EXPIRED,
                    Outcome.DISCONNECTED,
                    Outcome.NOT_ADMITTED);

    private final Sampler sampler;
    private final Map<Outcome, Timer> timers = new EnumMap<>(Outcome.class);
    private final Map<Outcome, Counter> sends = new EnumMap<>(Outcome.class);
    private final AtomicInteger pending = new AtomicInteger();

    PushMetrics(MeterRegistry meters, Sampler sampler) {
        this.sampler = sampler;
        for (Outcome outcome : Outcome.values()) {
            timers.put(
                    outcome,
                    Timer.builder(METER)
                            .description("Time from the call to the outcome of a push")
                            .tag("outcome", outcome.label())
                            .register(meters));
        }
        for (Outcome outcome : OF_SENDS) {
            sends.put(
                    outcome,
                    Counter.builder("frontdoor.sends")
                            .description("Pushes whose reply nobody awaits, at their end")
                            .tag("outcome", outcome.label())
                            .register(meters));
        }
        Gauge.builder("frontdoor.pushes.pending", pending, AtomicInteger::get)
                .description("Pushes without an outcome")
                .register(meters);
    }

    Sample requested(long pid) {
        return sampler.start(
                METER,
                observation ->
                        observation
                                .contextualName("push")
                                .highCardinalityKeyValue("pid", Long.toString(pid)));
    }

    void notAdmitted(Sample push) {
        stop(push, Outcome.NOT_ADMITTED);
    }

    void pending() {
        pending.incrementAndGet();
    }

    void ended(Sample push, Outcome outcome) {
        pending.decrementAndGet();
        stop(push, outcome);
    }

    void sendEnded(Outcome outcome) {
        Objects.requireNonNull(sends.get(outcome)).increment();
    }

    private void stop(Sample push, Outcome outcome) {
        push.stop(outcome, Objects.requireNonNull(timers.get(outcome)));
    }
}
