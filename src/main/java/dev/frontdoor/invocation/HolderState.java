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

    /** What was desired before the last accepted registration, until that is in force. */
    private @Nullable WorkerRegistration previous;

    /** Whether the notifier did not take its earlier registration back. Only an end cures that. */
    private boolean restoreFailed;

    /** When the correction that is needed became necessary. */
    private long correctionDue;

    boolean isHolder() {
        return actual != null;
    }

    /** The kind of call that a registration is. */
    CallKind registrationKind() {
        return desired == null ? CallKind.REGISTERED : CallKind.REPLACED;
    }

    boolean isInSync() {
        return isSame(actual, desired);
    }

    @SuppressWarnings("ReferenceEquality") // an equal registration that came later is another one
    private static boolean isSame(@Nullable WorkerRegistration a, @Nullable WorkerRegistration b) {
        return a == b;
    }

    /** Whether the notifier has to be called so that it is in sync. */
    boolean needsCorrection() {
        return !isInSync() && !restoreFailed;
    }

    /** When the correction that is needed became necessary. */
    long correctionDue() {
        return correctionDue;
    }

    /**
     * The notifier accepted a registration.
     *
     * @param wanted whether it should hold that from now on
     * @return whether it has become a holder by that
     */
    boolean onAccepted(WorkerRegistration registration, boolean wanted, long now) {
        boolean acquired = !isHolder();
        if (isInSync()) {
            correctionDue = now;
        }
        actual = registration;
        if (wanted) {
            previous = desired;
            desired = registration;
        }
        return acquired;
    }

    /**
     * The call that brings the notifier in sync. From an unregister call on it holds nothing, even
     * if it throws.
     */
    Invocation correction(long pid) {
        WorkerRegistration toRestore = desired;
        if (toRestore != null) {
            return Invocation.restore(pid, toRestore);
        }
        actual = null;
        return Invocation.unregister(pid);
    }

    /** The last accepted registration is in force: what it replaced is not kept any longer. */
    void confirm() {
        previous = null;
    }

    /** Returns to what the last accepted registration replaced. */
    @Nullable WorkerRegistration undo(long now) {
        desired = previous;
        correctionDue = now;
        return desired;
    }

    /** The notifier should hold nothing. */
    void release(long now) {
        boolean alreadyDue = desired == null && !isInSync();
        if (!alreadyDue) {
            correctionDue = now;
        }
        desired = null;
        restoreFailed = false;
    }

    /** Gives a restore up; false if that has happened, or is needless. */
    @SuppressWarnings("ReferenceEquality") // an equal registration that came later is another one
    boolean giveUpRestore(WorkerRegistration restored) {
        boolean first = isSame(desired, restored) && needsCorrection();
        restoreFailed |= first;
        return first;
    }
}
