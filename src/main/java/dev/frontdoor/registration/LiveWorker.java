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
 * @param admitted how events showed it when its registration was accepted
 * @param registeredAt since when it is in force, for display
 * @param since the same in nanoseconds of the monotonic clock
 */
public record LiveWorker(
        WorkerLink link,
        WorkerRegistration registration,
        WorkerEntry admitted,
        Instant registeredAt,
        long since) {

    /** The row of a registration with these holders. */
    static LiveWorker of(
            WorkerLink link,
            WorkerRegistration registration,
            List<String> holders,
            Instant registeredAt,
            long since) {
        return new LiveWorker(
                link,
                registration,
                EventEntries.of(link.facts(), registration, holders, registeredAt),
                registeredAt,
                since);
    }

    /** The row once its worker has registered again with the same registration and holders. */
    LiveWorker again(WorkerRegistration same, Instant registeredAt, long since) {
        return new LiveWorker(
                link, same, entry().withRegisteredAt(registeredAt), registeredAt, since);
    }

    /** The connection's number. */
    public long pid() {
        return link.pid();
    }

    /** The bean names of the notifiers that hold it, in call order. */
    public List<String> holders() {
        return admitted.holders();
    }

    /** How events show it now: its labels and its principal may have changed since. */
    public WorkerEntry entry() {
        return EventEntries.isUpToDate(admitted, link.facts())
                ? admitted
                : EventEntries.of(link.facts(), registration, holders(), registeredAt);
    }
}
