package dev.frontdoor.registration;

import dev.frontdoor.invocation.Notifier;
import dev.frontdoor.invocation.NotifierReconciler;
import dev.frontdoor.invocation.Timeouts;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The page of one pid: an entry for each notifier that was ever asked, in call order. One thread at
 * a time turns its leaves: the one that decides, then the one that tells of the end.
 */
final class Ledger {

    private static final Logger log = LoggerFactory.getLogger(Ledger.class);

    private final WorkerLink link;
    private final @Nullable NotifierReconciler[] entries;
    private final CompletableFuture<@Nullable Void> left = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> told = new CompletableFuture<>();
    private @Nullable IdentityKey identity;
    private @Nullable IdentityKey claimed;
    private volatile @Nullable LiveWorker entered;
    private boolean deciding;
    private boolean ended;

    Ledger(WorkerLink link, int notifiers) {
        this.link = link;
        this.entries = new @Nullable NotifierReconciler[notifiers];
    }

    WorkerLink link() {
        return link;
    }

    long pid() {
        return link.pid();
    }

    /** The entry of the notifier at this place in the order. */
    NotifierReconciler entry(int index, Notifier bean, Timeouts limits) {
        NotifierReconciler entry = entries[index];
        if (entry == null) {
            entry = new NotifierReconciler(link.pid(), bean, limits, () -> closeAsFault(bean));
            entries[index] = entry;
        }
        return entry;
    }

    /** The entries there are, in call order. */
    List<NotifierReconciler> entries() {
        List<NotifierReconciler> present = new ArrayList<>(entries.length);
        for (NotifierReconciler entry : entries) {
            if (entry != null) {
                present.add(entry);
            }
        }
        return present;
    }

    /** The identity it has; null if none. Touched by the one who decides or tells the end. */
    @Nullable IdentityKey identity() {
        return identity;
    }

    void setIdentity(@Nullable IdentityKey identity) {
        this.identity = identity;
    }

    /** The identity of the registration being decided, also once that was abandoned. */
    @Nullable IdentityKey claimed() {
        return claimed;
    }

    void setClaimed(@Nullable IdentityKey claimed) {
        this.claimed = claimed;
    }

    synchronized void beginDeciding() {
        if (deciding) {
            throw new IllegalStateException("pid %d is being decided already".formatted(pid()));
        }
        deciding = true;
    }

    /** Ends the deciding; true if the connection has ended meanwhile, and its end is to be told. */
    synchronized boolean endDeciding() {
        deciding = false;
        return ended;
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    /** Puts a registration in force, unless the connection has ended. */
    synchronized boolean enter(LiveTable table, LiveWorker worker) {
        if (!ended) {
            table.put(worker);
            entered = worker;
        }
        return !ended;
    }

    /** Its latest row of the table, which may be out of it again; null if it never had one. */
    @Nullable LiveWorker entered() {
        return entered;
    }

    /** The connection has ended: takes the pid out of the table. */
    synchronized Leave leave(LiveTable table) {
        if (ended) {
            return new Leave(null, false);
        }
        ended = true;
        LiveWorker worker = table.remove(pid());
        left.complete(null);
        return new Leave(worker, !deciding);
    }

    /** Every holder has been told of the end. */
    void toldAll() {
        told.complete(null);
    }

    /**
     * Waits until this connection's end has been told to all its holders.
     *
     * @param waiter gives up once its own connection has ended
     */
    void awaitTold(Ledger waiter) {
        CompletableFuture.anyOf(told, waiter.left).join();
    }

    /**
     * How a connection left.
     *
     * @param worker its row of the table; null if it had none
     * @param tellNow whether its end is to be told now; false if whoever is deciding will
     */
    record Leave(@Nullable LiveWorker worker, boolean tellNow) {}

    private void closeAsFault(Notifier bean) {
        log.error("pid {}: notifier '{}' could not be put back as it was", pid(), bean.name());
        link.close(CloseCause.SERVICE_FAULT, CloseCause.SERVICE_FAULT.reason());
    }
}
