package dev.frontdoor.connection.drain;

import dev.frontdoor.event.Event;
import dev.frontdoor.event.EventLog;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.notifier.DrainNotice;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.LiveWorker;
import dev.frontdoor.registration.RegistrationService;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Tells the notifiers which connections are about to be closed, and operators what the drain does.
 * Used by any thread.
 */
final class DrainAnnouncer {

    private final RegistrationService registrations;
    private final LiveTable table;
    private final Timeouts timeouts;
    private final EventLog events;

    DrainAnnouncer(
            RegistrationService registrations,
            LiveTable table,
            Timeouts timeouts,
            EventLog events) {
        this.registrations = registrations;
        this.table = table;
        this.timeouts = timeouts;
        this.events = events;
    }

    /**
     * The drain has begun, is over, or was canceled.
     *
     * @param by who asked for that; null if it is over
     */
    void changed(Drain.Status status, @Nullable String by) {
        events.record(
                new Event.Drain(status.state().label(), status.remaining(), status.deadline(), by));
    }

    /** An eviction closes a worker. */
    void evicted(long pid, WorkerEviction eviction) {
        events.record(
                new Event.Evicted(pid, eviction.id(), eviction.cause().code(), eviction.by()));
    }

    /** Announces that all connections are closed. Completes like {@link #announce}. */
    CompletableFuture<?> announceAll(Instant deadline) {
        return announce(
                new DrainNotice(table.newestFirst().map(LiveWorker::pid).toList(), true, deadline));
    }

    /** Announces that some are closed. Completes like {@link #announce}. */
    CompletableFuture<?> announcePart(List<Long> pids, Instant deadline) {
        return announce(new DrainNotice(pids, false, deadline));
    }

    /** Completes when each notifier has returned, failed or exceeded its timeout. */
    CompletableFuture<?> announce(DrainNotice notice) {
        return CompletableFuture.allOf(
                registrations.notifiers().stream()
                        .map(notifier -> notifier.beforeDrain(notice, timeouts))
                        .toArray(CompletableFuture<?>[]::new));
    }
}
