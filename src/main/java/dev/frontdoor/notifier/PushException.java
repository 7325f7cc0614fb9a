package dev.frontdoor.notifier;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * A push that ended without a reply. It is an outcome and not a fault, so it has no stack trace.
 */
public final class PushException extends RuntimeException {

    private final Reason reason;
    private final transient @Nullable PushRefusal refusal;

    /**
     * A push that the service ended, or did not admit.
     *
     * @param reason why there is no reply; not {@link Reason#REFUSED}
     * @param message the reason as a sentence, for logs
     */
    public PushException(Reason reason, String message) {
        this(reason, null, message);
        if (reason == Reason.REFUSED) {
            throw new IllegalArgumentException("a refused push has a PushRefusal");
        }
    }

    /**
     * A push that the worker refused.
     *
     * @param refusal what the worker said
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

    /** What the worker said; present exactly if the reason is {@link Reason#REFUSED}. */
    public Optional<PushRefusal> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** Why a push ended without a reply. */
    public enum Reason {
        /** No worker is registered on that connection, or there is no such connection. */
        UNKNOWN_PID,
        /** The worker's registration is still being decided; nothing was sent. */
        NOT_YET_REGISTERED,
        /** The worker has as many unanswered pushes as it may have; nothing was sent. */
        TOO_MANY_PENDING,
        /** The payload is larger than a push may be; nothing was sent. */
        PAYLOAD_TOO_LARGE,
        /** The worker has not read what was sent before, and there is no room; nothing was sent. */
        OUTBOUND_FULL,
        /** The worker received the push and refused it. */
        REFUSED,
        /** The time limit passed first. */
        EXPIRED,
        /** The connection ended first. */
        DISCONNECTED
    }
}
