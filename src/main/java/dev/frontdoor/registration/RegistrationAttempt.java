package dev.frontdoor.registration;

import dev.frontdoor.invocation.NotifierReconciler;
import dev.frontdoor.invocation.Sample;
import dev.frontdoor.invocation.WorkerMdc;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.registration.Identities.Claim;
import dev.frontdoor.registration.RegistrationRateLimiter.Turn;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One registration on its way to its decision: it waits for its turn, calls the notifiers in their
 * order, and claims its identity. Each step runs on the thread of whatever it waited for, and none
 * blocks. A wait ends early when the connection ends or the service drains.
 */
final class RegistrationAttempt {

    private static final Logger log = LoggerFactory.getLogger(RegistrationAttempt.class);

    private final RegistrationPolicy policy;
    private final LiveTable table;
    private final RegistrationMetrics metrics;
    private final RegistrationLog registrationLog;
    private final Timeouts timeouts;
    private final Clock clock;
    private final Ledger ledger;
    private final WorkerRegistration registration;
    private final Consumer<Decision> onDecided;
    private final Sample sample;
    private final DecisionDeadline deadline;
    private final NotifierSequence notifiers;
    private final AtomicBoolean decided = new AtomicBoolean();

    /** The present wait, or the last one. */
    private volatile @Nullable RegistrationWait waiting;

    private RegistrationLog.Kind kind = RegistrationLog.Kind.FIRST;

    /**
     * An attempt that begins now.
     *
     * @param onDecided gets the decision, once, on any thread
     */
    RegistrationAttempt(
            RegistrationPolicy policy,
            LiveTable table,
            RegistrationMetrics metrics,
            RegistrationLog registrationLog,
            Timeouts timeouts,
            Clock clock,
            Ledger ledger,
            WorkerRegistration registration,
            Consumer<Decision> onDecided) {
        this.policy = policy;
        this.table = table;
        this.metrics = metrics;
        this.registrationLog = registrationLog;
        this.timeouts = timeouts;
        this.clock = clock;
        this.ledger = ledger;
        this.registration = registration;
        this.onDecided = onDecided;
        this.sample = metrics.arrived(ledger.pid(), registration);
        this.deadline = new DecisionDeadline(policy.decisionTimeout(), sample);
        this.notifiers =
                new NotifierSequence(
                        policy,
                        timeouts,
                        deadline,
                        ledger,
                        registration,
                        this::advance,
                        this::conclude);
    }

    /**
     * Takes the first step.
     *
     * @param refusal why the registration is rejected whatever notifiers say; null if it is not
     */
    void begin(@Nullable Decision refusal) {
        advance(() -> admit(refusal));
    }

    /** The connection has ended: nothing is waited for any longer, except a call that has begun. */
    void connectionEnded() {
        RegistrationWait wait = waiting;
        if (wait != null) {
            wait.giveUp(new Decision.Abandoned());
        }
        notifiers.cancel();
    }

    /** The service drains: the turn is not waited for. */
    void drainStarted() {
        RegistrationWait wait = waiting;
        if (wait != null && wait.endsWithDrain()) {
            wait.giveUp(Decision.DRAINING);
        }
    }

    /** Takes a step, which yields no decision if it has to wait. */
    private void advance(Supplier<@Nullable Decision> step) {
        Decision decision;
        try {
            decision = step.get();
        } catch (Throwable e) {
            decision = Decision.FAULT;
            try (WorkerMdc _ = WorkerMdc.of(ledger.pid(), registration.identity())) {
                log.error("pid {}: the registration could not be decided", ledger.pid(), e);
            }
            ledger.link().close(CloseCause.SERVICE_FAULT);
        }
        if (decision != null) {
            decide(decision);
        }
    }

    private @Nullable Decision admit(@Nullable Decision refusal) {
        if (ledger.hasEnded()) {
            return new Decision.Abandoned();
        }
        if (!policy.isAccepting()) {
            return Decision.DRAINING;
        }
        Decision early = policy.bans().objection(registration.identity());
        if (early == null) {
            early = refusal;
        }
        if (early == null) {
            early = policy.identities().objection(ledger, registration);
        }
        if (early == null) {
            early = notifiers.suspended();
        }
        return early == null ? awaitTurn() : early;
    }

    private @Nullable Decision awaitTurn() {
        return switch (policy.rateLimiter().takeTurn(policy.maxWait())) {
            case Turn.Refused refused ->
                    Decision.deferred("too many workers register at once", refused.retryAfter());
            case Turn.Granted granted when granted.delay().isZero() -> notifiers.callNext();
            case Turn.Granted granted -> {
                RegistrationWait wait =
                        new RegistrationWait(true, () -> policy.rateLimiter().giveBack(granted));
                await(wait, granted.delay(), notifiers::callNext);
                yield null;
            }
        };
    }

    private @Nullable Decision conclude() {
        if (!policy.isAccepting()) {
            return notifiers.undo(Decision.DRAINING);
        }
        return switch (policy.identities().claim(ledger, registration, deadline)) {
            case Claim.Refused(Decision.Abandoned abandoned) -> abandoned;
            case Claim.Refused refused -> notifiers.undo(refused.decision());
            case Claim.Granted granted when granted.ready().isDone() ->
                    enter(granted.ready().join());
            case Claim.Granted granted -> {
                RegistrationWait wait = new RegistrationWait(false, () -> {});
                await(
                        wait,
                        deadline.remaining(deadline.timeout()),
                        () -> enter(granted.overdue().get()));
                var _ = granted.ready().thenAccept(refusal -> wait.end(() -> enter(refusal)));
                yield null;
            }
        };
    }

    private @Nullable Decision enter(@Nullable Decision refusal) {
        return refusal == null ? putInForce() : notifiers.undo(refusal);
    }

    /** Waits, at most for a time, and then goes on with a step. */
    private void await(RegistrationWait wait, Duration atMost, Supplier<@Nullable Decision> step) {
        waiting = wait;
        Future<?> timer = timeouts.after(atMost, () -> wait.end(step));
        wait.onEnd(next -> {
            timer.cancel(false);
            advance(next);
        });
        if (ledger.hasEnded()) {
            wait.giveUp(new Decision.Abandoned());
        } else if (!policy.isAccepting()) {
            drainStarted();
        }
    }

    private Decision putInForce() {
        List<NotifierReconciler> acceptedBy = notifiers.acceptedBy();
        LiveWorker worker = newRow(notifiers.holders());
        if (!ledger.putInForce(table, worker)) {
            return new Decision.Abandoned();
        }
        policy.identities().settle(ledger);
        for (NotifierReconciler entry : ledger.entries()) {
            if (acceptedBy.contains(entry)) {
                entry.confirm();
            } else {
                var _ = entry.release();
            }
        }
        policy.bans().onInForce(worker);
        return new Decision.Accepted();
    }

    private LiveWorker newRow(List<String> holders) {
        Instant now = Instant.ofEpochMilli(clock.wallTime());
        LiveWorker earlier = ledger.latestWorker();
        kind = RegistrationLog.Kind.of(registration, holders, earlier);
        return earlier != null && kind == RegistrationLog.Kind.REPEATED
                ? earlier.repeated(registration, now, clock.monotonicTime())
                : LiveWorker.of(ledger.link(), registration, holders, now, clock.monotonicTime());
    }

    private void decide(Decision decision) {
        if (!decided.compareAndSet(false, true)) {
            return;
        }
        try {
            metrics.decided(sample, decision.outcome());
            registrationLog.decided(ledger.link(), registration.identity(), decision, kind);
        } catch (Throwable e) {
            log.error("pid {}: the decision could not be recorded", ledger.pid(), e);
        } finally {
            onDecided.accept(decision);
        }
    }
}
