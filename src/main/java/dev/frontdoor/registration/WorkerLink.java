package dev.frontdoor.registration;

import dev.frontdoor.protocol.Frame;

import java.time.Instant;

/**
 * One connection, as the rest of the service reaches it. All methods may be called from any thread
 * and return at once; what is sent or closed after the connection's end is dropped.
 */
public interface WorkerLink {

    /** What is known of the connection. */
    LiveFacts facts();

    /** The connection's number. */
    default long pid() {
        return facts().origin().pid();
    }

    /** Where the worker connected from, as {@code host:port}. */
    default String remoteAddress() {
        return facts().origin().remoteAddress();
    }

    /** When the connection was opened. */
    default Instant connectedAt() {
        return facts().origin().connectedAt();
    }

    /**
     * Sends a frame, after all that was sent before and never before the registration's ack.
     *
     * @return whether the frame was taken; false if there is no room for it beside what the worker
     *     has not read yet
     */
    boolean send(Frame frame);

    /**
     * Ends the connection. The first end counts, later ones are dropped.
     *
     * @param cause why, with its close code
     * @param reason what the worker is told; cut to what a close frame holds
     */
    void close(CloseCause cause, String reason);

    /** Ends the connection with the reason that the cause has. */
    default void close(CloseCause cause) {
        close(cause, cause.reason());
    }
}
