package dev.frontdoor.tcp;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Counts each connection to the TCP port that ended before it was a worker's once, by reason. */
final class EntryMetrics {

    private final Map<EntryRefusal, Counter> refused = new EnumMap<>(EntryRefusal.class);

    EntryMetrics(MeterRegistry meters) {
        for (EntryRefusal refusal : EntryRefusal.values()) {
            refused.put(
                    refusal,
                    Counter.builder("frontdoor.tcp.entries.refused")
                            .description("Connections to the TCP port that never were a worker's")
                            .tag("reason", refusal.label())
                            .register(meters));
        }
    }

    void refused(EntryRefusal refusal) {
        Objects.requireNonNull(refused.get(refusal)).increment();
    }
}
