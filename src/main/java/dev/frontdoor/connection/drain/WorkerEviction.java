package dev.frontdoor.connection.drain;

import dev.frontdoor.notifier.Eviction;
import dev.frontdoor.notifier.EvictionProgress;
import dev.frontdoor.notifier.EvictionProgress.State;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.WorkerLink;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** One eviction, and the workers that it has chosen. Used by any thread. */
public final class WorkerEviction implements Eviction, ClosedGroup {

    private static final Logger log = LoggerFactory.getLogger(WorkerEviction.class);

    private final long id;
    private final String by;
    private final CloseCause cause;
    private final LiveTable table;
    private final DrainAnnouncer announcer;
    private final Set<Long> closed = ConcurrentHashMap.newKeySet();
    private final EvictionProgress started;
    private final BiConsumer<WorkerEviction, List<WorkerLink>> onEnd;
    private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
    private List<WorkerLink> chosen;
    private @Nullable EvictionProgress ended;

    /**
     * An eviction that begins now.
     *
     * @param by who asked for it
     * @param chosen the connections that it closes, in random order
     * @param onEnd called once, with those, when it has ended
     */
    WorkerEviction(
            long id,
            String by,
            CloseCause cause,
            List<WorkerLink> chosen,
            LiveTable table,
            DrainAnnouncer announcer,
            Instant startedAt,
            Instant deadline,
            BiConsumer<WorkerEviction, List<WorkerLink>> onEnd) {
        this.id = id;
        this.by = by;
        this.cause = cause;
        this.table = table;
        this.announcer = announcer;
        this.started =
                new EvictionProgress(
                        State.RUNNING, chosen.size(), chosen.size(), startedAt, deadline);
        this.onEnd = onEnd;
        this.chosen = chosen;
    }

    @Override
    public long id() {
        return id;
    }

    /** Who asked for it: the name of an operator, or the application. */
    public String by() {
        return by;
    }

    /** Whether the workers are invited back. */
    public boolean comeBack() {
        return cause.isMove();
    }

    @Override
    public synchronized EvictionProgress progress() {
        return ended == null ? progress(State.RUNNING) : ended;
    }

    @Override
    public boolean cancel() {
        return end(State.CANCELED);
    }

    /** Completes at its end. */
    CompletableFuture<@Nullable Void> over() {
        return over;
    }

    /** The numbers of the connections that were chosen, newest first; empty after its end. */
    synchronized List<Long> pids() {
        return chosen.stream().map(WorkerLink::pid).sorted(Comparator.reverseOrder()).toList();
    }

    /** Ends it, unless it has ended before. Returns whether this call did. */
    boolean end(State state) {
        List<WorkerLink> left;
        EvictionProgress last;
        synchronized (this) {
            if (ended != null) {
                return false;
            }
            last = progress(state);
            ended = last;
            left = chosen;
            chosen = List.of();
        }
        over.complete(null);
        onEnd.accept(this, left);
        log.info("eviction {} {}; workers left: {}", id, state.label(), last.remaining());
        return true;
    }

    @Override
    public CloseCause cause() {
        return cause;
    }

    @Override
    public synchronized boolean isInForce() {
        return ended == null;
    }

    @Override
    public void closing(WorkerLink connection) {
        if (closed.add(connection.pid())) {
            announcer.evicted(connection.pid(), this);
        }
    }

    @Override
    public synchronized List<WorkerLink> open() {
        List<WorkerLink> open = new ArrayList<>(chosen);
        open.removeIf(link -> !isOpen(link));
        return open;
    }

    /** Stops at the first that is open: the order is random, so few are asked for each close. */
    @Override
    public synchronized boolean isEmpty() {
        return chosen.stream().noneMatch(this::isOpen);
    }

    @Override
    public boolean isSettled() {
        return isEmpty();
    }

    @Override
    public void logProgress() {
        log.info("eviction {}; workers left: {}", id, progress().remaining());
    }

    @Override
    public void logUnsettled() {
        log.warn("eviction {}; workers that could not be closed: {}", id, progress().remaining());
    }

    private EvictionProgress progress(State state) {
        int remaining = (int) chosen.stream().filter(this::isOpen).count();
        return new EvictionProgress(
                state, started.selected(), remaining, started.startedAt(), started.deadline());
    }

    private boolean isOpen(WorkerLink link) {
        return table.find(link.pid()).isPresent();
    }
}
