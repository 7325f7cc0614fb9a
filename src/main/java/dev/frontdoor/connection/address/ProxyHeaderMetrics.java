package dev.frontdoor.connection.address;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Counts each connection that was closed because of its PROXY header once, by reason. */
final class ProxyHeaderMetrics {

    private final Map<ProxyHeaderRefusal, Counter> refused =
            new EnumMap<>(ProxyHeaderRefusal.class);

    ProxyHeaderMetrics(MeterRegistry meters) {
        for (ProxyHeaderRefusal refusal : ProxyHeaderRefusal.values()) {
            refused.put(
                    refusal,
                    Counter.builder("frontdoor.proxy.headers.refused")
                            .description("Connections closed because of their PROXY header")
                            .tag("reason", refusal.label())
                            .register(meters));
        }
    }

    void refused(ProxyHeaderRefusal refusal) {
        Objects.requireNonNull(refused.get(refusal)).increment();
    }
}
