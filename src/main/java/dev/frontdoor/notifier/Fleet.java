package dev.frontdoor.notifier;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The registered workers of all instances that share one directory: to read, and to act on. There
 * is a bean of this type if {@code frontdoor.directory.enabled} is set. All methods may be called
 * from any thread and return without waiting. No argument may be null.
 *
 * <p>An action on a worker of this instance is that of {@link Workers}, and nothing of it leaves
 * the process. Any other one is a message to the worker's instance, by Redis. It is sent once. If
 * the future fails, the action may have happened or not. An instance without a live lease is not
 * waited for.
 *
 * <p>The futures of actions complete on threads for this purpose, so dependent stages may block.
 * Cancelling a future cancels the action as far as it has not happened.
 */
public interface Fleet extends FleetDirectory {

    /**
     * Sends a payload to a worker, like {@link Workers#push}. The future completes exactly once,
     * with the reply or a {@link PushException}. Its reason is {@link
     * PushException.Reason#UNREACHABLE} if the worker's instance has no live lease, or loses it
     * before it answers.
     *
     * @param instance the name of the process that the worker is connected to
     * @param pid the number of its connection
     * @param payload opaque; copied; at most {@code frontdoor.fleet.max-payload-size}, like the
     *     reply
     * @param timeLimit maximum time until the reply, more than zero and at most a day
     * @throws IllegalArgumentException if {@code timeLimit} is not allowed
     */
    CompletableFuture<byte[]> push(String instance, long pid, byte[] payload, Duration timeLimit);

    /**
     * Sends a payload to one of the latest hundred workers that a filter selects, and to one of
     * this instance if these include any. The future fails like that of the other {@code push}, and
     * with {@link PushException.Reason#UNKNOWN_PID} if the filter selects nobody.
     *
     * @throws IllegalArgumentException if {@code timeLimit} is not allowed, or if the filter names
     *     a label that is not indexed
     */
    CompletableFuture<FleetReply> push(FleetFilter filter, byte[] payload, Duration timeLimit);

    /**
     * Sends a payload to a worker, like {@link Workers#send}.
     *
     * @return completes when the worker's instance has sent it, and fails with a {@link
     *     PushException} if it has not
     */
    CompletableFuture<@Nullable Void> send(String instance, long pid, byte[] payload);

    /** Sends a payload to the workers that a filter selects on each live instance. */
    CompletableFuture<FleetResult> send(WorkerFilter filter, byte[] payload);

    /**
     * Closes a worker's connection with code 4500, like {@link Workers#disconnect}.
     *
     * @return whether a worker was registered with this pid; fails with a {@link FleetException} if
     *     its instance cannot be reached
     */
    CompletableFuture<Boolean> disconnect(String instance, long pid, String reason);

    /** Closes the connections that a filter selects on each live instance, with code 4500. */
    CompletableFuture<FleetResult> disconnect(WorkerFilter filter, String reason);

    /**
     * Evicts a worker and invites it back, like {@link Workers#evict}.
     *
     * @return whether it was chosen; fails with a {@link FleetException} if its instance cannot be
     *     reached, or does not evict now
     */
    CompletableFuture<Boolean> evict(String instance, long pid);

    /**
     * Evicts workers on each live instance, like {@link Workers#evict}. A count, a share and a rate
     * are those of each instance.
     */
    CompletableFuture<FleetResult> evict(EvictionRequest request);

    /**
     * Bans an identity on each instance that is live now, like {@link Workers#ban}. If {@code
     * frontdoor.fleet.bans} is set, the ban holds on instances that start later, too, and an
     * instance that cannot be reached now learns of it later.
     *
     * @param disconnect whether connections of this identity are closed, too
     * @return the number of its workers is always 0
     * @throws IllegalArgumentException if the duration is not allowed; other faults are failures of
     *     the instances
     */
    CompletableFuture<FleetResult> ban(
            String identity, Duration duration, String reason, boolean disconnect);
}
