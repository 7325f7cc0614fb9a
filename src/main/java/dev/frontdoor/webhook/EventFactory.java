package dev.frontdoor.webhook;

import dev.frontdoor.protocol.WorkerRegistration;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Creates the events of one source, with increasing sequence numbers. */
final class EventFactory {

    private final String source;
    private final Clock clock;
    private final AtomicLong sequence = new AtomicLong();

    EventFactory(String source, Clock clock) {
        this.source = source;
        this.clock = clock;
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
                registration);
    }
}
