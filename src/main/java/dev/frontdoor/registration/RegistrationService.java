package dev.frontdoor.registration;

import dev.frontdoor.invocation.Notifier;
import dev.frontdoor.invocation.WorkerMdc;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.registration.Ledger.Ended;
import dev.frontdoor.registration.RegistrationAdmission.Admission;
import dev.frontdoor.registration.RegistrationMemory.Reservation;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.function.Consumer;

/**
 * Decides registrations by calling the notifiers, keeps the ledger of who holds what, and makes the
 * unregister calls when a connection ends. Section 3 of docs/notifiers.md has the rules.
 *
 * <p>{@link #register}, {@link #publish} and {@link #end} are called by one thread at a time for
 * one pid, in the order of its connection. They do not block. For one pid at most one registration
 * or publication is in progress.
 */
public final class RegistrationService {

    private static final Logger log = LoggerFactory.getLogger(RegistrationService.class);

    private final RegistrationAdmission admission;
    private final RegistrationPolicy policy;
    private final LiveTable table;
    private final RegistrationMetrics metrics;
    private final RegistrationLog registrationLog;
    private final Ledgers ledgers;
    private final Timeouts timeouts;
    private final Clock clock;

    RegistrationService(
            RegistrationAdmission admission,
            RegistrationPolicy policy,
            LiveTable table,
            RegistrationMetrics metrics,
            RegistrationLog registrationLog,
            Ledgers ledgers,
            Timeouts timeouts,
            Clock clock) {
        this.admission = admission;
        this.policy = policy;
        this.table = table;
        this.metrics = metrics;
        this.registrationLog = registrationLog;
        this.ledgers = ledgers;
        this.timeouts = timeouts;
        this.clock = clock;
    }

    /** The notifiers, in call order. */
    public List<Notifier> notifiers() {
        return policy.notifiers();
    }

    /** The number of connections for which unregister calls are pending, or may follow. */
    public int ledgerCount() {
        return ledgers.size();
    }

    /**
     * Decides a registration.
     *
     * @param link the connection it came on
     * @param onDecided gets the decision, once, on any thread, possibly before this method returns.
     *     If it is {@link Decision.Accepted}, the registration is in the live table. It gets none
     *     if this method throws; the caller ends the connection then
     */
    public void register(
            WorkerLink link, WorkerRegistration registration, Consumer<Decision> onDecided) {
        Ledger ledger = ledgers.begin(link, policy.notifiers().size());
        ledger.beginDeciding();
        Reservation reservation = null;
        boolean begun = false;
        try {
            Admission admitted =
                    admission.admit(registration, link.facts().principal(), ledger.reservation());
            reservation = admitted.reservation();
            RegistrationAttempt attempt = attempt(ledger, admitted, onDecided);
            ledger.setAttempt(attempt);
            begun = true;
            ledger.admittedCalls().afterwards(() -> attempt.begin(admitted.refusal()));
        } finally {
            if (!begun) {
                notBegun(ledger, reservation);
            }
        }
    }

    /** Undoes what came before an attempt, so that the end of the connection waits for none. */
    private void notBegun(Ledger ledger, @Nullable Reservation reservation) {
        ledger.setAnswered();
        boolean _ = ledger.endDeciding();
        if (reservation != null) {
            reservation.release();
        }
    }

    private RegistrationAttempt attempt(
            Ledger ledger, Admission admitted, Consumer<Decision> onDecided) {
        return new RegistrationAttempt(
                policy,
                table,
                metrics,
                registrationLog,
                timeouts,
                clock,
                ledger,
                admitted.registration(),
                decision -> decided(ledger, admitted, decision, onDecided));
    }

    private void decided(
            Ledger ledger, Admission admitted, Decision decision, Consumer<Decision> onDecided) {
        ledger.setAttempt(null);
        Reservation reservation = admitted.reservation();
        if (decision instanceof Decision.Accepted) {
            ledger.keep(reservation);
        } else {
            ledger.setAnswered();
            if (reservation != null) {
                reservation.release();
            }
        }
        boolean ended = ledger.endDeciding();
        try {
            onDecided.accept(decision);
        } catch (Throwable e) {
            log.error("pid {}: the decision could not be answered", ledger.pid(), e);
            ledger.link().close(CloseCause.SERVICE_FAULT);
        } finally {
            if (ended) {
                release(ledger);
            }
        }
    }

    /**
     * An accepted registration was acknowledged: its holders are told. Called like {@link
     * #register}, whose next call for this pid waits for theirs, as a publication does.
     *
     * @param beforeCalls run once the registration counts as answered, before any holder is called
     */
    public void acknowledged(long pid, Runnable beforeCalls) {
        Ledger ledger = ledgers.find(pid);
        if (ledger != null) {
            ledger.setAnswered();
        }
        beforeCalls.run();
        if (ledger != null && !ledger.hasEnded()) {
            ledger.admittedCalls().begin(ledger.entries());
        }
    }

    /**
     * Offers a publication to the notifiers that hold the worker, in their order.
     *
     * @param onDone gets whether one of them consumed it, once, on any thread, possibly before this
     *     method returns
     * @param onReturned called once no notifier works on the payload any more, also one that
     *     exceeded its timeout; on any thread
     */
    public void publish(
            long pid,
            String channel,
            byte[] payload,
            Consumer<Boolean> onDone,
            Runnable onReturned) {
        Ledger ledger = ledgers.find(pid);
        if (ledger == null || table.find(pid).isEmpty()) {
            onReturned.run();
            onDone.accept(false);
        } else {
            Publication publication = new Publication(ledger, channel, payload, onDone, onReturned);
            ledger.admittedCalls().afterwards(publication::offer);
        }
    }

    /**
     * The connection has ended: removes it from the table, runs {@code onRemoved}, which happens
     * for an unknown pid too, and then makes the unregister calls.
     *
     * @return its row in the table; null if there was none
     */
    public @Nullable LiveWorker end(long pid, Runnable onRemoved) {
        Ledger ledger = ledgers.find(pid);
        if (ledger == null) {
            onRemoved.run();
            return null;
        }
        ledger.setAnswered();
        Ended ended = ledger.end(table);
        try {
            onRemoved.run();
        } finally {
            ledger.admittedCalls().cancel();
            policy.identities().release(ledger);
            RegistrationAttempt attempt = ledger.attempt();
            if (ended.releaseNow()) {
                release(ledger);
            } else if (attempt != null) {
                attempt.connectionEnded();
            }
        }
        return ended.worker();
    }

    /**
     * Rejects registrations from now on, also those that are being decided. Only a registration
     * that all notifiers have accepted and that waits for its identity, or for the end of the
     * worker that it replaces, is still accepted.
     */
    public void stopAccepting() {
        policy.setAccepting(false);
        ledgers.forEachAttempt(RegistrationAttempt::drainStarted);
    }

    /** Accepts registrations again. */
    public void startAccepting() {
        policy.setAccepting(true);
    }

    private void release(Ledger ledger) {
        policy.identities().release(ledger);
        new HolderRelease(ledger, this::remove).next();
    }

    private void remove(Ledger ledger) {
        ledger.keep(null);
        ledgers.remove(ledger);
        if (log.isDebugEnabled()) {
            try (WorkerMdc _ = WorkerMdc.of(ledger.pid(), ledger.latestIdentity())) {
                log.debug("pid {}: all unregister calls were made", ledger.pid());
            }
        }
    }
}
