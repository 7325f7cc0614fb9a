package dev.frontdoor.notifier;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/** A push that ended without a reply. This is an expected outcome, so it has no stack trace. */
public final class PushException extends RuntimeException {

    private final Reason reason;
    private final transient @Nullable PushRefusal refusal;

    /**
     * Creates the exception for a push that the service ended or did not admit.
     *
     * @param reason why there is no reply; not {@link Reason#REFUSED}
     * @param message the reason as a sentence, for logs
     * @throws IllegalArgumentException if the reason is {@link Reason#REFUSED}
     */
    public PushException(Reason reason, String message) {
        this(reason, null, message);
        if (reason == Reason.REFUSED) {
            throw new IllegalArgumentException("reason REFUSED requires a PushRefusal");
        }
    }

    /**
     * Creates the exception for a push that the worker refused.
     *
     * @param refusal the worker's code and words
     * @param message the refusal as a sentence, for logs
     */
    public PushException(PushRefusal refusal, String message) {
        this(Reason.REFUSED, refusal, message);
    }

    private PushException(Reason reason, @Nullable PushRefusal refusal, String message) {
        super(message, null, false, false);
        this.reason = reason;
        this.refusal = refusal;
    }

    /** Why there is no reply. */
    public Reason reason() {
        return reason;
    }

    /** The worker's refusal; present only if the reason is {@link Reason#REFUSED}. */
    public Optional<PushRefusal> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** Why a push ended without a reply. */
    public enum Reason {
        /** No worker is registered with this pid. Nothing was sent. */
        UNKNOWN_PID,
        /** The worker's first registration is still being decided. Nothing was sent. */
        NOT_YET_REGISTERED,
        /** The worker already has the maximum number of pending pushes. Nothing was sent. */
        TOO_MANY_PENDING,
        /**
         * The payload exceeds the limit for pushes, and nothing was sent; or the reply of a worker
         * of another instance exceeds the limit of the fleet.
         */
        PAYLOAD_TOO_LARGE,
        /**
         * The worker, or all workers, left too much unread, so there is no room; nothing was sent.
         */
        OUTBOUND_FULL,
        /** The worker received the push and refused it. */
        REFUSED,
        /** The worker did not reply within the timeout. */
        EXPIRED,
        /** The connection ended before the worker replied. */
        DISCONNECTED,
        /**
         * The push waited for the decision on a registration, which was rejected. Nothing was sent.
         */
        REJECTED,
        /**
         * The worker is about to be closed, by an eviction, a drain or its age; nothing was sent.
         */
        EVICTING,
        /**
         * The worker's instance cannot be reached: it has no live lease, or Redis does not answer.
         * The worker may have received the push.
         */
        UNREACHABLE
    }
}
