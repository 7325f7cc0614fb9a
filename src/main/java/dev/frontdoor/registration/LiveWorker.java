package dev.frontdoor.registration;

import dev.frontdoor.event.WorkerEntry;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * One row of the live table.
 *
 * @param link the connection
 * @param registration what is in force on it
 * @param holders the bean names of the notifiers that hold it, in call order
 * @param kept how events show it, if that takes up hardly any memory; null: it is made when needed
 * @param registeredAt since when it is in force, for display
 * @param since the same in nanoseconds of the monotonic clock
 */
public record LiveWorker(
        WorkerLink link,
        WorkerRegistration registration,
        List<String> holders,
        @Nullable WorkerEntry kept,
        Instant registeredAt,
        long since) {

    /** The row of a registration with these holders. */
    static LiveWorker of(
            WorkerLink link,
            WorkerRegistration registration,
            List<String> holders,
            Instant registeredAt,
            long since) {
        WorkerEntry entry = EventEntries.of(link.facts(), registration, holders, registeredAt);
        return new LiveWorker(
                link, registration, holders, small(entry, registration), registeredAt, since);
    }

    /** The row once its worker has registered again, with the same content and holders. */
    LiveWorker repeated(WorkerRegistration registration, Instant registeredAt, long since) {
        WorkerEntry entry = entry().withRegisteredAt(registeredAt);
        return new LiveWorker(
                link, registration, holders, small(entry, registration), registeredAt, since);
    }

    /** Nothing of a row may take up memory that the budget of registrations does not count. */
    private static @Nullable WorkerEntry small(WorkerEntry entry, WorkerRegistration registration) {
        return EventEntries.hasNoCopies(entry, registration) ? entry : null;
    }

    /** The connection's number. */
    public long pid() {
        return link.pid();
    }

    /** How events show it now: its labels and its principal may have changed since. */
    public WorkerEntry entry() {
        WorkerEntry entry = kept;
        return entry != null && EventEntries.isUpToDate(entry, link.facts())
                ? entry
                : EventEntries.of(link.facts(), registration, holders, registeredAt);
    }
}
