package dev.frontdoor.registration;

import dev.frontdoor.event.WorkerEntry;
import dev.frontdoor.protocol.WorkerRegistration;

import java.time.Instant;
import java.util.List;

/**
 * One row of the live table.
 *
 * @param link the connection
 * @param registration what is in force on it
 * @param holders the bean names of the notifiers that hold it, in call order
 * @param registeredAt since when it is in force, for display
 * @param since the same in nanoseconds of the monotonic clock
 */
public record LiveWorker(
        WorkerLink link,
        WorkerRegistration registration,
        List<String> holders,
        Instant registeredAt,
        long since) {

    /** The connection's number. */
    public long pid() {
        return link.pid();
    }

    /** How events show it. */
    public WorkerEntry entry() {
        return EventEntries.of(this);
    }

    /** Whether another row of this connection says the same. */
    boolean saysTheSameAs(LiveWorker other) {
        return registration.equals(other.registration) && holders.equals(other.holders);
    }
}
