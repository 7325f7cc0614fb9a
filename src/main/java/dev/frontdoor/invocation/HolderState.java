package dev.frontdoor.invocation;

import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

/**
 * What one notifier holds of one pid, and what it should hold. Guarded by the lock of its {@link
 * NotifierReconciler}.
 */
final class HolderState {

    private @Nullable WorkerRegistration actual;
    private @Nullable WorkerRegistration desired;

    /** What was desired before the last accepted registration. */
    private @Nullable WorkerRegistration previous;

    /** Whether the notifier did not take its earlier registration back. Only an end cures that. */
    private boolean restoreFailed;

    boolean isHolder() {
        return actual != null;
    }

    @Nullable WorkerRegistration desired() {
        return desired;
    }

    @SuppressWarnings("ReferenceEquality") // an equal registration that came later is another one
    boolean isInSync() {
        return actual == desired;
    }

    /** Whether the notifier has to be called so that it is in sync. */
    boolean needsCorrection() {
        return !isInSync() && !restoreFailed;
    }

    /** The notifier accepted what it should hold from now on. */
    void accepted(WorkerRegistration registration) {
        actual = registration;
        previous = desired;
        desired = registration;
    }

    /** The notifier holds a registration, whether it should or not. */
    void holds(@Nullable WorkerRegistration registration) {
        actual = registration;
    }

    /** Returns to what the last accepted registration replaced. */
    @Nullable WorkerRegistration undo() {
        desired = previous;
        return desired;
    }

    /** The notifier should hold nothing. */
    void release() {
        desired = null;
        restoreFailed = false;
    }

    /** Gives a restore up; false if that has happened, or is needless. */
    @SuppressWarnings("ReferenceEquality") // an equal registration that came later is another one
    boolean giveUpRestore(WorkerRegistration restored) {
        boolean first = desired == restored && needsCorrection();
        restoreFailed |= first;
        return first;
    }
}
