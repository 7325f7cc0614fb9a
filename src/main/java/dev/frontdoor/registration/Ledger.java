package dev.frontdoor.registration;

import dev.frontdoor.invocation.Notifier;
import dev.frontdoor.invocation.NotifierReconciler;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.notifier.IdentityKey;
import dev.frontdoor.registration.RegistrationMemory.Reservation;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The state of one connection's registration: one entry for each notifier that has been called, in
 * call order. Used by one thread at a time, that of the decision and then that of the end, unless a
 * method says otherwise.
 */
final class Ledger {

    private final WorkerLink link;
    private final @Nullable NotifierReconciler[] entries;
    private final AdmittedCalls admittedCalls = new AdmittedCalls();
    private final CompletableFuture<@Nullable Void> released = new CompletableFuture<>();
    private @Nullable IdentityKey identity;
    private @Nullable IdentityKey claimed;
    private @Nullable Reservation reservation;
    private volatile @Nullable LiveWorker latestWorker;
    private volatile @Nullable RegistrationAttempt attempt;
    private volatile boolean unanswered;
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

    /** The entry of the notifier at this index of the call order. */
    NotifierReconciler entry(int index, Notifier notifier, Timeouts timeouts) {
        NotifierReconciler entry = entries[index];
        if (entry == null) {
            entry = new NotifierReconciler(pid(), notifier, timeouts, () -> closeAsFault(notifier));
            entries[index] = entry;
        }
        return entry;
    }

    /** The existing entries, in call order. */
    List<NotifierReconciler> entries() {
        List<NotifierReconciler> present = new ArrayList<>(entries.length);
        for (NotifierReconciler entry : entries) {
            if (entry != null) {
                present.add(entry);
            }
        }
        return present;
    }

    /** The calls that follow the acknowledgment of the last registration. */
    AdmittedCalls admittedCalls() {
        return admittedCalls;
    }

    /** The identity in force; null if there is none. For {@link Identities}, under its lock. */
    @Nullable IdentityKey identity() {
        return identity;
    }

    void setIdentity(@Nullable IdentityKey identity) {
        this.identity = identity;
    }

    /** The identity of a registration that is about to be in force; used like {@link #identity}. */
    @Nullable IdentityKey claimed() {
        return claimed;
    }

    void setClaimed(@Nullable IdentityKey claimed) {
        this.claimed = claimed;
    }

    /** The room of the registration in force; null if none is. */
    @Nullable Reservation reservation() {
        return reservation;
    }

    /** Keeps the room of the registration in force, and gives back that of the one before it. */
    void keep(@Nullable Reservation reservation) {
        if (this.reservation != null) {
            this.reservation.release();
        }
        this.reservation = reservation;
    }

    /** What decides a registration now; null if nothing does. Callable from any thread. */
    @Nullable RegistrationAttempt attempt() {
        return attempt;
    }

    void setAttempt(@Nullable RegistrationAttempt attempt) {
        this.attempt = attempt;
    }

    /** A registration is being decided from now on. */
    synchronized void beginDeciding() {
        if (deciding) {
            throw new IllegalStateException(
                    "a registration of pid %s is being decided already".formatted(pid()));
        }
        deciding = true;
        unanswered = true;
    }

    /** Whether a registration has no answer yet. Callable from any thread. */
    boolean isUnanswered() {
        return unanswered;
    }

    /** The registration is answered, or will not be. */
    void setAnswered() {
        unanswered = false;
    }

    /** The registration is decided; true if the connection has ended, and is to be released. */
    synchronized boolean endDeciding() {
        deciding = false;
        return ended;
    }

    /** Whether the connection has ended. Callable from any thread. */
    synchronized boolean hasEnded() {
        return ended;
    }

    /** Puts a registration in force; false, and changes nothing, if the connection has ended. */
    synchronized boolean putInForce(LiveTable table, LiveWorker worker) {
        if (!ended) {
            table.put(worker);
            latestWorker = worker;
        }
        return !ended;
    }

    /** The identity of the latest accepted registration; null if there was none. */
    @Nullable String latestIdentity() {
        LiveWorker worker = latestWorker;
        return worker == null ? null : worker.registration().identity();
    }

    /** The latest row in the table, even after the connection has ended; null if none was. */
    @Nullable LiveWorker latestWorker() {
        return latestWorker;
    }

    /** The connection has ended: removes the pid from the table. Callable from any thread. */
    synchronized Ended end(LiveTable table) {
        if (ended) {
            return new Ended(null, false);
        }
        ended = true;
        return new Ended(table.remove(pid()), !deciding);
    }

    /** Completes when no notifier holds the pid of the ended connection any longer. */
    CompletableFuture<@Nullable Void> released() {
        return released;
    }

    private void closeAsFault(Notifier notifier) {
        notifier.restoreFailed(pid());
        link.close(CloseCause.SERVICE_FAULT);
    }

    /**
     * The end of a connection.
     *
     * @param worker its row in the table; null if there was none
     * @param releaseNow whether its holders are to be released now; otherwise that follows the
     *     decision
     */
    record Ended(@Nullable LiveWorker worker, boolean releaseNow) {}
}
