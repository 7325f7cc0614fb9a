package dev.frontdoor.connection;

/**
 * What carries one connection's frames. Every method is called on the connection's event loop, and
 * none waits. Nothing is written after {@link #close}.
 */
public interface Transport {

    /** Sends one encoded frame, after all that was sent before. */
    void send(byte[] frame);

    /** Asks a silent worker for a sign of life. */
    void ping();

    /**
     * Ends the conversation as the transport does, and closes the channel once the worker has
     * answered, or has had its time to.
     *
     * @param code the close code
     * @param reason the close reason, at most 123 bytes of UTF-8
     */
    void close(int code, String reason);

    /** Closes the channel at once. */
    void abort();
}
