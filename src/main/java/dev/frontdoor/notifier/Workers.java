package dev.frontdoor.notifier;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The registered workers of this instance, and what can be done with them. A bean of this type can
 * be injected anywhere, into notifiers too. All methods may be called from any thread, return
 * without waiting, and see a worker from just before it is told that it is accepted until its
 * connection ends.
 */
public interface Workers {

    /** The worker of a connection; empty if none is registered on it. */
    Optional<ConnectedWorker> find(long pid);

    /** The workers a filter means, newest connection first. */
    List<ConnectedWorker> list(WorkerFilter filter);

    /**
     * Sends a payload to a worker and waits for its reply, elsewhere. The future ends exactly once:
     * with the worker's reply, or with a {@link PushException} that says why there is none. It is
     * completed on a virtual thread, so what depends on it may block. Cancelling it gives the push
     * up; a reply that comes later is ignored.
     *
     * @param pid the worker's connection
     * @param payload opaque; copied
     * @param timeLimit how long to wait for the reply, more than zero
     * @return the payload of the reply, or {@link PushException}
     * @throws IllegalArgumentException if the time limit is not more than zero
     */
    CompletableFuture<byte[]> push(long pid, byte[] payload, Duration timeLimit);

    /**
     * Closes a worker's connection with code 4500, which tells it not to come back. Its notifiers
     * are told of its end as of any other.
     *
     * @param pid the worker's connection
     * @param reason what the worker is told, cut to 123 bytes of UTF-8
     * @return whether a worker was registered there
     */
    boolean disconnect(long pid, String reason);
}
