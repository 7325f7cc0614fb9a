package dev.frontdoor.connection.drain;

import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.notifier.DrainNotice;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.LiveWorker;
import dev.frontdoor.registration.RegistrationService;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Tells the notifiers which connections are about to be closed. Used by any thread. */
final class DrainAnnouncer {

    private final RegistrationService registrations;
    private final LiveTable table;
    private final Timeouts timeouts;

    DrainAnnouncer(RegistrationService registrations, LiveTable table, Timeouts timeouts) {
        this.registrations = registrations;
        this.table = table;
        this.timeouts = timeouts;
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
