package dev.frontdoor.webhook;

import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Makes the events of one source. */
final class Events {

    private final String source;
    private final Clock clock;
    private final AtomicLong sequence = new AtomicLong();

    Events(String source, Clock clock) {
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
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                pid,
                registration);
    }
}
