package dev.frontdoor.connection;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the TCP connections of the workers' ports: those that are open, workers' or not, and by
 * reason those that were closed unanswered.
 */
final class TcpConnectionMetrics {

    private final AtomicInteger open = new AtomicInteger();
    private final Counter opened;
    private final Map<TcpRefusal, Counter> refused = new EnumMap<>(TcpRefusal.class);

    TcpConnectionMetrics(MeterRegistry meters, int limit) {
        Gauge.builder("frontdoor.tcp.connections", open, AtomicInteger::get)
                .description("Open TCP connections of the workers' ports")
                .register(meters);
        Gauge.builder("frontdoor.tcp.connections.limit", () -> limit)
                .description("The limit of TCP connections")
                .register(meters);
        opened =
                Counter.builder("frontdoor.tcp.connections.opened")
                        .description("TCP connections that were accepted, closed unanswered or not")
                        .register(meters);
        for (TcpRefusal refusal : TcpRefusal.values()) {
            refused.put(
                    refusal,
                    Counter.builder("frontdoor.tcp.connections.refused")
                            .description("TCP connections that were closed unanswered")
                            .tag("reason", refusal.label())
                            .register(meters));
        }
    }

    /** Counts a new connection. Returns how many are open, including it. */
    int opened() {
        opened.increment();
        return open.incrementAndGet();
    }

    void closed() {
        open.decrementAndGet();
    }

    void refused(TcpRefusal refusal) {
        Objects.requireNonNull(refused.get(refusal)).increment();
    }
}
