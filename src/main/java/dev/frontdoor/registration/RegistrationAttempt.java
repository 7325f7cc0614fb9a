package dev.frontdoor.registration;

import dev.frontdoor.invocation.NotifierReconciler;
import dev.frontdoor.invocation.Sample;
import dev.frontdoor.invocation.Timeouts;
import dev.frontdoor.invocation.WorkerMdc;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.registration.RegistrationRateLimiter.Turn;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One registration on its way to its decision: it waits for its turn, claims its identity, and
 * calls the notifiers in their order. Each step runs on the thread of whatever it waited for, and
 * none blocks. A wait ends early when the connection ends or the service drains.
 */
final class RegistrationAttempt {

    private static final Logger log = LoggerFactory.getLogger(RegistrationAttempt.class);

    private final RegistrationPolicy policy;
    private final LiveTable table;
    private final RegistrationMetrics metrics;
    private final Timeouts timeouts;
    private final Clock clock;
    private final Ledger ledger;
    private final WorkerRegistration registration;
    private final Consumer<Decision> onDecided;
    private final Sample arrival;
    private final DecisionDeadline deadline;
    private final NotifierSequence notifiers;
    private final AtomicBoolean decided = new AtomicBoolean();

    /** What to do if the present wait is given up; null while there is none. */
    private final AtomicReference<@Nullable Runnable> waiting = new AtomicReference<>();

    private boolean unchanged;

    /**
     * An attempt that begins now.
     *
     * @param onDecided gets the decision, once, on any thread
     */
    RegistrationAttempt(
            RegistrationPolicy policy,
            LiveTable table,
            RegistrationMetrics metrics,
            Timeouts timeouts,
            Clock clock,
            Ledger ledger,
            WorkerRegistration registration,
            Consumer<Decision> onDecided) {
        this.policy = policy;
        this.table = table;
        this.metrics = metrics;
        this.timeouts = timeouts;
        this.clock = clock;
        this.ledger = ledger;
        this.registration = registration;
        this.onDecided = onDecided;
        this.arrival = metrics.arrived(ledger.pid(), registration);
        this.deadline = new DecisionDeadline(policy.decisionTimeout(), arrival);
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

    void begin() {
        advance(this::admit);
    }

    /** The connection has ended: nothing is waited for any longer, except a call that has begun. */
    void connectionEnded() {
        giveUpWait(new Decision.Abandoned());
        notifiers.cancel();
    }

    /** The service drains: the turn is not waited for. */
    void drainStarted() {
        giveUpWait(Decision.DRAINING);
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
            ledger.link().close(CloseCause.SERVICE_FAULT, CloseCause.SERVICE_FAULT.reason());
        }
        if (decision != null) {
            decide(decision);
        }
    }

    private @Nullable Decision admit() {
        table.beginDeciding(ledger.pid());
        if (!policy.isAccepting()) {
            return Decision.DRAINING;
        }
        String violation = RegistrationRules.violation(registration);
        if (violation != null) {
            return new Decision.Rejected(violation);
        }
        Decision suspended = notifiers.suspended();
        return suspended == null ? awaitTurn() : suspended;
    }

    private @Nullable Decision awaitTurn() {
        return switch (policy.rateLimiter().takeTurn(policy.maxWait())) {
            case Turn.Refused refused ->
                    Decision.deferred("too many workers register at once", refused.retryAfter());
            case Turn.Granted granted when granted.delay().isZero() -> claimIdentity();
            case Turn.Granted granted -> {
                Runnable wait = await(() -> policy.rateLimiter().giveBack(granted));
                Future<?> _ =
                        timeouts.after(granted.delay(), () -> endWait(wait, this::claimIdentity));
                yield null;
            }
        };
    }

    private @Nullable Decision claimIdentity() {
        return switch (policy.identities().claim(ledger, registration)) {
            case Identities.Claim.Granted _ -> notifiers.callNext();
            case Identities.Claim.Refused refused -> new Decision.Rejected(refused.reason());
            case Identities.Claim.Pending pending -> {
                Runnable wait = await(() -> {});
                var _ = pending.earlierEnded().thenRun(() -> endWait(wait, this::claimIdentity));
                Duration left = deadline.remaining(deadline.timeout());
                Future<?> _ = timeouts.after(left, () -> endWait(wait, deadline::expired));
                yield null;
            }
        };
    }

    private Runnable await(Runnable onGivenUp) {
        waiting.set(onGivenUp);
        if (ledger.hasEnded()) {
            giveUpWait(new Decision.Abandoned());
        } else if (!policy.isAccepting()) {
            giveUpWait(Decision.DRAINING);
        }
        return onGivenUp;
    }

    private void endWait(Runnable wait, Supplier<@Nullable Decision> step) {
        if (waiting.compareAndSet(wait, null)) {
            advance(step);
        }
    }

    private void giveUpWait(Decision decision) {
        Runnable onGivenUp = waiting.getAndSet(null);
        if (onGivenUp != null) {
            advance(() -> {
                onGivenUp.run();
                return decision;
            });
        }
    }

    private @Nullable Decision conclude() {
        return policy.isAccepting() ? enter() : notifiers.undo(Decision.DRAINING);
    }

    private Decision enter() {
        List<NotifierReconciler> accepted = notifiers.accepted();
        List<String> holders = accepted.stream().map(entry -> entry.notifier().name()).toList();
        Instant now = Instant.ofEpochMilli(clock.wallTime());
        LiveWorker worker =
                new LiveWorker(ledger.link(), registration, holders, now, clock.monotonicTime());
        LiveWorker earlier = ledger.entered();
        unchanged = earlier != null && worker.saysTheSameAs(earlier);
        if (!ledger.enter(table, worker)) {
            return new Decision.Abandoned();
        }
        for (NotifierReconciler entry : ledger.entries()) {
            if (!accepted.contains(entry)) {
                var _ = entry.release();
            }
        }
        return new Decision.Accepted();
    }

    private void decide(Decision decision) {
        if (!decided.compareAndSet(false, true)) {
            return;
        }
        try {
            if (decision.outcome() != RegistrationOutcome.ABANDONED
                    && !decision.equals(Decision.FAULT)) {
                policy.identities().settle(ledger, decision instanceof Decision.Accepted);
            }
            table.endDeciding(ledger.pid());
            metrics.decided(arrival, decision.outcome());
            log(decision);
        } catch (Throwable e) {
            log.error("pid {}: the decision could not be recorded", ledger.pid(), e);
        } finally {
            onDecided.accept(decision);
        }
    }

    private void log(Decision decision) {
        String identity = registration.identity();
        try (WorkerMdc _ = WorkerMdc.of(ledger.pid(), identity)) {
            String reason =
                    decision instanceof Decision.Rejected rejected
                            ? ": " + DisplayText.of(rejected.reason())
                            : "";
            log.atLevel(unchanged ? Level.DEBUG : Level.INFO)
                    .log(
                            "pid {}: registration of '{}' {}{}",
                            ledger.pid(),
                            DisplayText.of(identity),
                            decision.outcome().label(),
                            reason);
        }
    }
}
