package dev.frontdoor.protocol;

/**
 * Bytes that are not one whole frame. It is the peer's fault and expected at any rate, so it has no
 * stack trace.
 */
public final class ProtocolException extends RuntimeException {

    private final ReasonCode reason;

    /** A fault of the peer's, with a message fit for the peer. */
    public ProtocolException(ReasonCode reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** The reason code for the peer. */
    public ReasonCode reason() {
        return reason;
    }

    /** What a close frame says: the reason code, then the message. */
    public String closeReason() {
        return reason.hex() + " " + getMessage();
    }
}
