package dev.frontdoor.registration;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
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
    private final ConcurrentMap<Long, WorkerLink> deciding = new ConcurrentHashMap<>();
    private final AtomicInteger size = new AtomicInteger();

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

    /** Whether a first registration of this connection is being decided. */
    public boolean isCandidate(long pid) {
        return deciding.containsKey(pid) && !workers.containsKey(pid);
    }

    /**
     * The connection, while a registration of it is being decided and until it is answered; empty
     * otherwise.
     */
    public Optional<WorkerLink> deciding(long pid) {
        return Optional.ofNullable(deciding.get(pid));
    }

    void beginDeciding(WorkerLink link) {
        deciding.put(link.pid(), link);
    }

    void endDeciding(long pid) {
        deciding.remove(pid);
    }

    void put(LiveWorker worker) {
        if (workers.put(worker.pid(), worker) == null) {
            size.incrementAndGet();
        }
    }

    /** The row that was taken out; null if there was none. */
    @Nullable LiveWorker remove(long pid) {
        LiveWorker removed = workers.remove(pid);
        if (removed != null) {
            size.decrementAndGet();
        }
        return removed;
    }
}
