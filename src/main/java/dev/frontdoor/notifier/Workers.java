package dev.frontdoor.notifier;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The registered workers of this instance. A bean of this type can be injected anywhere, also into
 * notifiers. All methods may be called from any thread and return without waiting. They see a
 * worker from just before its registration is acknowledged until its connection ends. No argument
 * may be null.
 */
public interface Workers {

    /** The worker with this pid; empty if none is registered. */
    Optional<ConnectedWorker> find(long pid);

    /** The workers that a filter selects, newest connection first. */
    List<ConnectedWorker> list(WorkerFilter filter);

    /**
     * Sends a payload to a worker. The future completes exactly once: with the worker's reply, or
     * with a {@link PushException} that states why there is none. It completes on a virtual thread,
     * so dependent stages may block. Cancelling the future cancels the push, and a later reply is
     * ignored.
     *
     * @param pid the number of the worker's connection
     * @param payload opaque; copied
     * @param timeLimit maximum time until the reply, more than zero
     * @return the payload of the reply, or {@link PushException}
     * @throws IllegalArgumentException if {@code timeLimit} is not more than zero
     */
    CompletableFuture<byte[]> push(long pid, byte[] payload, Duration timeLimit);

    /**
     * Closes a worker's connection with code 4500, which tells it not to reconnect. Its notifiers
     * receive their unregister calls as after any other departure.
     *
     * @param pid the number of the worker's connection
     * @param reason the close reason; truncated to 123 bytes of UTF-8
     * @return whether a worker was registered with this pid
     */
    boolean disconnect(long pid, String reason);
}
