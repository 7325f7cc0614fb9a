package dev.frontdoor.websocket;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Counts each request on the workers' path that was not upgraded once, by reason. */
final class UpgradeMetrics {

    private final Map<UpgradeRefusal, Counter> refused = new EnumMap<>(UpgradeRefusal.class);

    UpgradeMetrics(MeterRegistry meters) {
        for (UpgradeRefusal refusal : UpgradeRefusal.values()) {
            refused.put(
                    refusal,
                    Counter.builder("frontdoor.upgrades.refused")
                            .description("Requests on the workers' path that were not upgraded")
                            .tag("reason", refusal.label())
                            .register(meters));
        }
    }

    void refused(UpgradeRefusal refusal) {
        Objects.requireNonNull(refused.get(refusal)).increment();
    }
}
