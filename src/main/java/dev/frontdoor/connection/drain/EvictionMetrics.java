package dev.frontdoor.connection.drain;

import dev.frontdoor.notifier.EvictionProgress.State;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts evictions. Evictions begun = evictions ended, over all outcomes, + those in progress. */
final class EvictionMetrics {

    private final Map<State, Counter> ended = new EnumMap<>(State.class);
    private final AtomicInteger inProgress = new AtomicInteger();

    EvictionMetrics(MeterRegistry meters) {
        for (State state : EnumSet.complementOf(EnumSet.of(State.RUNNING))) {
            ended.put(
                    state,
                    Counter.builder("frontdoor.evictions")
                            .description("Evictions that have ended")
                            .tag("outcome", state.label())
                            .register(meters));
        }
        Gauge.builder("frontdoor.evictions.running", inProgress, AtomicInteger::get)
                .description("Evictions in progress")
                .register(meters);
    }

    /** How many are in progress. */
    int inProgress() {
        return inProgress.get();
    }

    void begun() {
        inProgress.incrementAndGet();
    }

    void ended(State state) {
        inProgress.decrementAndGet();
        Objects.requireNonNull(ended.get(state)).increment();
    }
}
