package dev.frontdoor.connection;

import dev.frontdoor.protocol.FrameType;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts connections and their frames. Connections opened = connections closed + connected. Those
 * refused are among those closed. Each whole frame is counted once by type as received. Each
 * message without an effect is counted once by reason as refused, whether it was a frame or not.
 */
final class ConnectionMetrics {

    private final AtomicInteger connected = new AtomicInteger();
    private final Counter opened;
    private final Map<String, Counter> closed = new HashMap<>();
    private final Counter refused;
    private final MeterProvider<Counter> framesRefused;
    private final Map<FrameType, Counter> framesReceived = new EnumMap<>(FrameType.class);

    ConnectionMetrics(MeterRegistry meters, int connectionLimit) {
        Gauge.builder("frontdoor.connections", connected, AtomicInteger::get)
                .description("Open connections")
                .tag("state", "connected")
                .register(meters);
        Gauge.builder("frontdoor.connections.limit", () -> connectionLimit)
                .description("The connection limit")
                .register(meters);
        opened =
                Counter.builder("frontdoor.connections.opened")
                        .description("Connections that were upgraded")
                        .register(meters);
        MeterProvider<Counter> ended =
                Counter.builder("frontdoor.connections.closed")
                        .description("Connections that ended")
                        .withRegistry(meters);
        for (String label : ConnectionEnd.labels()) {
            closed.put(label, ended.withTag("code", label));
        }
        refused =
                Counter.builder("frontdoor.connections.refused")
                        .description("Connections that ended before they were a worker's")
                        .register(meters);
        framesRefused =
                Counter.builder("frontdoor.frames.refused")
                        .description("Messages from workers that had no effect")
                        .withRegistry(meters);
        for (FrameType type : FrameType.values()) {
            framesReceived.put(
                    type,
                    Counter.builder("frontdoor.frames.received")
                            .description("Frames from workers")
                            .tag("type", type.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
        showAtZero();
    }

    private void showAtZero() {
        for (FrameRefusal refusal : FrameRefusal.values()) {
            Counter _ = framesRefused.withTag("reason", refusal.label());
        }
    }

    /** How many connections are open. */
    int connected() {
        return connected.get();
    }

    /** Counts a new connection. Returns how many are open, including it. */
    int opened() {
        opened.increment();
        return connected.incrementAndGet();
    }

    void closed(ConnectionEnd end) {
        connected.decrementAndGet();
        Objects.requireNonNull(closed.get(end.label())).increment();
    }

    /** Counts a connection that was not a worker's when it ended. */
    void refused() {
        refused.increment();
    }

    void frameReceived(FrameType type) {
        Objects.requireNonNull(framesReceived.get(type)).increment();
    }

    void frameRefused(FrameRefusal refusal) {
        framesRefused.withTag("reason", refusal.label()).increment();
    }
}
