package dev.frontdoor.notifier;

/** A push that got no reply. */
public final class PushException extends RuntimeException {

    private final Reason reason;

    /** A push that got no reply, and why. */
    public PushException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** Why there is no reply. */
    public Reason reason() {
        return reason;
    }

    /** The ways in which a push gets no reply. */
    public enum Reason {
        /** No worker is registered on that connection, or there is no such connection. */
        UNKNOWN_PID,
        /** The worker's registration is still being decided; nothing was sent. */
        NOT_YET_REGISTERED,
        /** The worker has as many unanswered pushes as it may have; nothing was sent. */
        TOO_MANY_PENDING,
        /** The payload is larger than may be waiting to be sent; nothing was sent. */
        PAYLOAD_TOO_LARGE,
        /** The time limit passed first. */
        EXPIRED,
        /** The connection ended first. */
        DISCONNECTED
    }
}
