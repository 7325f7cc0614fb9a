package dev.frontdoor.webhook;

import dev.frontdoor.notifier.ConnectionFacts;
import dev.frontdoor.protocol.WorkerRegistration;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/** Creates the events of one source, with increasing sequence numbers. */
final class EventFactory {

    private final String source;
    private final Clock clock;
    private final LongFunction<Optional<ConnectionFacts>> connections;
    private final AtomicLong sequence = new AtomicLong();

    /**
     * Events of a source.
     *
     * @param connections what is known of a pid
     */
    EventFactory(String source, Clock clock, LongFunction<Optional<ConnectionFacts>> connections) {
        this.source = source;
        this.clock = clock;
        this.connections = connections;
    }

    Event registered(long pid, WorkerRegistration registration) {
        return event(pid, registration);
    }

    Event unregistered(long pid) {
        return event(pid, null);
    }

    private Event event(long pid, @Nullable WorkerRegistration registration) {
        return new Event(
                UUID.randomUUID().toString(),
                source,
                sequence.incrementAndGet(),
                Instant.ofEpochMilli(clock.wallTime()),
                pid,
                registration,
                connections.apply(pid).orElse(null));
    }
}
