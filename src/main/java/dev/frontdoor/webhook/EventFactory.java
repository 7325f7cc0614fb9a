package dev.frontdoor.webhook;

import dev.frontdoor.notifier.ConnectionFacts;
import dev.frontdoor.notifier.FleetWorker;
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
        return event(Event.REGISTERED, null, pid, registration, null);
    }

    Event unregistered(long pid) {
        return event(Event.UNREGISTERED, null, pid, null, null);
    }

    /** A worker of an instance is lost, or has returned. */
    Event ofFleet(String type, String instance, long pid, WorkerRegistration registration) {
        return event(type, instance, pid, registration, null);
    }

    /** A worker of an instance has reconnected to another one. */
    Event moved(String instance, long pid, WorkerRegistration registration, FleetWorker to) {
        return event(Event.MOVED, instance, pid, registration, to);
    }

    private Event event(
            String type,
            @Nullable String instance,
            long pid,
            @Nullable WorkerRegistration registration,
            @Nullable FleetWorker movedTo) {
        return new Event(
                UUID.randomUUID().toString(),
                source,
                type,
                sequence.incrementAndGet(),
                Instant.ofEpochMilli(clock.wallTime()),
                instance,
                pid,
                registration,
                movedTo,
                instance == null ? connections.apply(pid).orElse(null) : null);
    }
}
