package dev.frontdoor.connection;

import dev.frontdoor.notifier.TransportKind;
import dev.frontdoor.registration.CloseCause;

import java.time.Duration;

/**
 * What carries one connection's frames. Every method is called on the connection's event loop, and
 * none waits. Nothing is sent after a close.
 *
 * <p>A transport reports to its {@link WorkerConnection} what happens on its channel: {@code
 * opened} first, then {@code onRead} and {@code received} in any number, and in the end {@code
 * closedByWorker} or {@code broken}.
 */
public interface Transport {

    /** What carries the frames. */
    TransportKind kind();

    /** Sends one encoded frame, after all that was sent before. */
    void send(byte[] frame);

    /** More than one frame may be sent now: they may wait for {@link #endBatch}. */
    void beginBatch();

    /** Frames that wait since {@link #beginBatch} go out together. */
    void endBatch();

    /**
     * Asks a silent worker for a sign of life.
     *
     * @return whether the worker has to answer; false if the transport has no such question, and
     *     notices a vanished worker by other means
     */
    boolean ping();

    /**
     * How long nothing of others may follow the answer to a registration, unless the worker has
     * sent something since. Some workers lose what arrives together with the answer.
     */
    Duration pauseAfterAck();

    /**
     * Tells the worker why the service ends the connection, and closes the channel once the worker
     * has answered, or has had its time to. A transport without close codes tells it by a
     * ConnectError, unless one was sent last.
     *
     * @param reason at most 123 bytes of UTF-8
     */
    void close(CloseCause cause, String reason);

    /** Answers the worker's Disconnect, and closes the channel like {@link #close}. */
    void closeAfterDisconnect();

    /** Closes the channel at once. */
    void abort();
}
