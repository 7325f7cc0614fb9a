package dev.frontdoor.registration;

import dev.frontdoor.protocol.Frame;

import org.jspecify.annotations.Nullable;

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

    /** The network that the worker connects from: its address, or for IPv6 its first 64 bits. */
    String network();

    /** What carries the connection, {@code websocket} or {@code tcp}. */
    default String transport() {
        return facts().origin().transport().label();
    }

    /** When the connection was opened. */
    default Instant connectedAt() {
        return facts().origin().connectedAt();
    }

    /**
     * Makes room for a frame that is sent later.
     *
     * @return null if there is no room for it beside what the worker has not read yet
     */
    @Nullable ReservedFrame reserve(Frame frame);

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
