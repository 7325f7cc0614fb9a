package dev.frontdoor.registration;

import dev.frontdoor.event.DepartureEntry;
import dev.frontdoor.event.Event;
import dev.frontdoor.event.EventLog;
import dev.frontdoor.notifier.Departure;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Pid to registration, of this instance, now. Read from any thread without waiting; changed by
 * {@link RegistrationService} only.
 */
public final class LiveTable {

    private final ConcurrentNavigableMap<Long, LiveWorker> workers =
            new ConcurrentSkipListMap<>(Comparator.reverseOrder());
    private final AtomicInteger size = new AtomicInteger();
    private final EventLog events;

    /**
     * An empty table.
     *
     * @param events gets each change of a row in one step with its event
     */
    LiveTable(EventLog events) {
        this.events = events;
    }

    /** The worker of a connection; empty if no registration is in force on it. */
    public Optional<LiveWorker> find(long pid) {
        return Optional.ofNullable(workers.get(pid));
    }

    /** All workers, newest connection first; those that come and go meanwhile may be missed. */
    public Stream<LiveWorker> newestFirst() {
        return workers.values().stream();
    }

    /** How many workers are registered. */
    public int size() {
        return size.get();
    }

    void put(LiveWorker worker) {
        events.record(
                () -> {
                    if (workers.put(worker.pid(), worker) == null) {
                        size.incrementAndGet();
                    }
                },
                new Event.Admitted(worker.entry()));
    }

    /**
     * Takes out the row of a connection that has ended. One pid is changed by one thread at a time.
     *
     * @return the row; null if there was none
     */
    @Nullable LiveWorker remove(long pid) {
        LiveWorker worker = workers.get(pid);
        if (worker == null) {
            return null;
        }
        Departure departure =
                Objects.requireNonNull(
                        worker.link().facts().departure(), "the connection has not ended");
        events.record(
                () -> {
                    workers.remove(pid);
                    size.decrementAndGet();
                },
                new Event.Departed(worker.entry(), DepartureEntry.of(departure)));
        return worker;
    }
}
