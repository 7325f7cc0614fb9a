package dev.frontdoor.registration;

import dev.frontdoor.invocation.CallResult;
import dev.frontdoor.invocation.Notifier;
import dev.frontdoor.invocation.NotifierProperties.OnFailure;
import dev.frontdoor.invocation.NotifierReconciler;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Calls the notifiers with one registration, one after the other, until one rejects it or all have
 * accepted it. A method that returns null has no decision yet: the next step comes with the result
 * of a call.
 */
final class NotifierSequence {

    private final RegistrationPolicy policy;
    private final Timeouts timeouts;
    private final DecisionDeadline deadline;
    private final Ledger ledger;

    /** The network of the worker, by which failures count; it is needed only after a failure. */
    private final Supplier<String> network;

    private final WorkerRegistration registration;
    private final Consumer<Supplier<@Nullable Decision>> steps;
    private final Supplier<@Nullable Decision> onAccepted;
    private final List<NotifierReconciler> acceptedBy = new ArrayList<>();

    /** The entry that was called last; null before the first call. */
    private volatile @Nullable NotifierReconciler current;

    private boolean matched;
    private int next;

    /**
     * A sequence that has yet to begin.
     *
     * @param steps runs a step and handles its decision or exception
     * @param onAccepted the step that follows when no notifier has rejected the registration
     */
    NotifierSequence(
            RegistrationPolicy policy,
            Timeouts timeouts,
            DecisionDeadline deadline,
            Ledger ledger,
            WorkerRegistration registration,
            Consumer<Supplier<@Nullable Decision>> steps,
            Supplier<@Nullable Decision> onAccepted) {
        this.policy = policy;
        this.timeouts = timeouts;
        this.deadline = deadline;
        this.ledger = ledger;
        this.network = ledger.link()::network;
        this.registration = registration;
        this.steps = steps;
        this.onAccepted = onAccepted;
        this.matched = policy.acceptsUnmatched();
    }

    /** The notifiers that have accepted, in call order. */
    List<NotifierReconciler> acceptedBy() {
        return acceptedBy;
    }

    /** Their bean names. */
    List<String> holders() {
        String[] names = new String[acceptedBy.size()];
        Arrays.setAll(names, index -> acceptedBy.get(index).notifier().name());
        return List.of(names);
    }

    /** The rejection by a notifier that is suspended for now; null if none is in the way. */
    @Nullable Decision suspended() {
        for (Notifier notifier : policy.notifiers()) {
            Duration retryAfter = notifier.retryAfter(network);
            if (retryAfter != null && isRequired(notifier) && notifier.matches(registration)) {
                return suspended(notifier, retryAfter);
            }
        }
        return null;
    }

    /** Skips the current call if it still waits for a thread of its notifier. */
    void cancel() {
        NotifierReconciler entry = current;
        if (entry != null) {
            entry.cancel();
        }
    }

    /** Calls the next notifier that matches; concludes when there is none. */
    @Nullable Decision callNext() {
        if (ledger.hasEnded()) {
            return new Decision.Abandoned();
        }
        while (next < policy.notifiers().size()) {
            int index = next++;
            Notifier notifier = policy.notifiers().get(index);
            if (!notifier.matches(registration)) {
                continue;
            }
            Duration timeout = deadline.remaining(notifier.timeout());
            if (timeout.isZero()) {
                return undo(deadline.expired());
            }
            if (notifier.tryCall(network)) {
                call(ledger.entry(index, notifier, timeouts), timeout);
                return null;
            }
            matched = true;
            if (isRequired(notifier)) {
                Duration retryAfter = notifier.retryAfter(network);
                return undo(
                        suspended(notifier, Objects.requireNonNullElse(retryAfter, Duration.ZERO)));
            }
        }
        return matched ? onAccepted.get() : Decision.UNMATCHED;
    }

    private void call(NotifierReconciler entry, Duration timeout) {
        current = entry;
        entry.register(
                registration,
                deadline.sample(),
                timeout,
                result -> {
                    entry.notifier().called(network, ledger.pid(), result);
                    steps.accept(() -> onResult(entry, result));
                });
        if (ledger.hasEnded()) {
            entry.cancel();
        }
    }

    private @Nullable Decision onResult(NotifierReconciler entry, CallResult result) {
        if (ledger.hasEnded()) {
            return new Decision.Abandoned();
        }
        boolean declined = result instanceof CallResult.Declined;
        matched |= !declined;
        if (result instanceof CallResult.Accepted) {
            acceptedBy.add(entry);
        } else if (!declined && isRequired(entry.notifier())) {
            return undo(
                    entry.notifier().wasCutShort(result)
                            ? deadline.expired()
                            : Decision.rejected(entry.notifier(), result));
        }
        return callNext();
    }

    /** Undoes the accepted calls in reverse order, before the decision. */
    @Nullable Decision undo(Decision decision) {
        return undo(acceptedBy.reversed().iterator(), decision);
    }

    private @Nullable Decision undo(Iterator<NotifierReconciler> entries, Decision decision) {
        if (!entries.hasNext()) {
            return decision;
        }
        NotifierReconciler entry = entries.next();
        var _ =
                entry.undo(deadline.remaining(entry.notifier().timeout()))
                        .thenRun(() -> steps.accept(() -> undo(entries, decision)));
        return null;
    }

    private static boolean isRequired(Notifier notifier) {
        return notifier.onFailure() == OnFailure.REJECT;
    }

    private static Decision suspended(Notifier notifier, Duration retryAfter) {
        return Decision.deferred(
                "notifier '%s' is suspended after repeated failures".formatted(notifier.name()),
                retryAfter);
    }
}
