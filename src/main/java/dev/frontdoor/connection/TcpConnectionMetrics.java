package dev.frontdoor.connection;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the TCP connections of some ports: those that are open, whatever they are used for, and by
 * reason those that were closed because of a limit.
 */
final class TcpConnectionMetrics {

    private final AtomicInteger open = new AtomicInteger();
    private final Counter opened;
    private final Map<TcpRefusal, Counter> refused = new EnumMap<>(TcpRefusal.class);

    /**
     * Counts connections.
     *
     * @param meter the name of the meter of those that are open, with which the others begin
     * @param ports whose connections they are
     */
    TcpConnectionMetrics(MeterRegistry meters, String meter, String ports, int limit) {
        Gauge.builder(meter, open, AtomicInteger::get)
                .description("Open TCP connections of " + ports)
                .register(meters);
        Gauge.builder(meter + ".limit", () -> limit)
                .description("The limit of TCP connections")
                .register(meters);
        opened =
                Counter.builder(meter + ".opened")
                        .description("TCP connections that were accepted, closed unanswered or not")
                        .register(meters);
        for (TcpRefusal refusal : TcpRefusal.values()) {
            refused.put(
                    refusal,
                    Counter.builder(meter + ".refused")
                            .description("TCP connections that were closed because of a limit")
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
