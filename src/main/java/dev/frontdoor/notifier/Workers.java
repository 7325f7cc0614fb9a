package dev.frontdoor.notifier;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The registered workers of this instance. A bean of this type can be injected anywhere, also into
 * notifiers. All methods may be called from any thread and return without waiting. Unless a method
 * says otherwise, they see a worker from just before its registration is acknowledged until its
 * connection ends. No argument may be null.
 */
public interface Workers {

    /** The worker with this pid; empty if none is registered. */
    Optional<ConnectedWorker> find(long pid);

    /** The workers that a filter selects, newest connection first. */
    List<ConnectedWorker> list(WorkerFilter filter);

    /**
     * What is known of a connection, from before the first call of {@link
     * ConnectionNotifier#onWorkerRegistered} for its pid until the last call of {@link
     * ConnectionNotifier#onWorkerUnregistered} has returned. So a notifier can read in the latter
     * why the worker disconnected, and how its pushes ended.
     *
     * @param pid the number of the connection
     * @return the facts; empty before and after that time, and for a pid that never registered
     */
    Optional<ConnectionFacts> connection(long pid);

    /**
     * Adds labels to a connection, for as long as {@link #connection} knows it. A label that exists
     * gets the new value. They appear in lists and can be filtered by, like those that the worker
     * declares.
     *
     * <p>A connection has at most 16 labels. A name has at most 64 characters, of {@code a-z},
     * {@code 0-9}, {@code _}, {@code -}, {@code .} and {@code *}, and begins with a letter or
     * {@code *}. A value has at most 256 bytes of UTF-8, and no control characters.
     *
     * @param pid the number of the connection
     * @param labels values by name
     * @return whether the pid is known; false changes nothing
     * @throws IllegalArgumentException if a label is not allowed, or if there are too many; no
     *     label is added then
     */
    boolean annotate(long pid, Map<String, String> labels);

    /**
     * Sends a payload to a worker. The future completes exactly once: with the worker's reply, or
     * with a {@link PushException} that states why there is none. It completes on one of a few
     * threads for this purpose, so dependent stages may block for a short time. Cancelling the
     * future cancels the push, and a later reply is ignored.
     *
     * @param pid the number of the worker's connection
     * @param payload opaque; copied
     * @param timeLimit maximum time until the reply, more than zero
     * @return the payload of the reply, or {@link PushException}
     * @throws IllegalArgumentException if {@code timeLimit} is not more than zero
     */
    CompletableFuture<byte[]> push(long pid, byte[] payload, Duration timeLimit);

    /**
     * Like {@link #push}, but while a registration of this worker is being decided, the push waits
     * for the decision. So it may be made inside {@link ConnectionNotifier#onWorkerRegistered}. It
     * is sent once the service has acknowledged the registration, and fails with {@link
     * PushException.Reason#REJECTED} if the service rejects it. Meanwhile it counts as a pending
     * push, its payload needs room like one that was sent, and the time limit runs.
     *
     * <p>Do not wait for the future inside a call to a notifier for this worker: the decision needs
     * that call to return. While the push waits for the decision, {@code get} and {@code join} of
     * the future, and of futures derived from it, throw an {@code IllegalStateException} there.
     *
     * @param pid the number of the worker's connection
     * @param payload opaque; copied
     * @param timeLimit maximum time until the reply, the wait for the decision included; more than
     *     zero
     * @return the payload of the reply, or {@link PushException}
     * @throws IllegalArgumentException if {@code timeLimit} is not more than zero
     */
    CompletableFuture<byte[]> pushAfterDecision(long pid, byte[] payload, Duration timeLimit);

    /**
     * Sends a payload to a worker, as a push whose reply nobody awaits. The worker's reply or
     * refusal is dropped and counted. Until it comes, the push counts as pending towards {@code
     * max-pending-per-worker}, for {@code send-timeout} at most; a drain does not wait for it.
     * There is no word on whether the worker receives it: where that matters, use {@link #push}.
     *
     * @param pid the number of the worker's connection
     * @param payload opaque; copied
     * @throws PushException if nothing was sent, with the reason: the pid is unknown or not yet
     *     registered, too many pushes are pending, the payload is too large, or there is no room
     */
    void send(long pid, byte[] payload);

    /**
     * Closes a worker's connection with code 4500, which tells it not to reconnect. Its notifiers
     * receive their unregister calls as after any other departure.
     *
     * @param pid the number of the worker's connection
     * @param reason the close reason; truncated to 123 bytes of UTF-8
     * @return whether a worker was registered with this pid
     */
    boolean disconnect(long pid, String reason);

    /**
     * Evicts workers: sends them elsewhere, or away. From now on pushes to them fail with {@link
     * PushException.Reason#EVICTING}. Notifiers learn of it by {@link ConnectionNotifier#onDrain}
     * before the first close. A connection with pending pushes stays open for the push grace, and
     * at the deadline all are closed. A worker that another eviction has chosen is not chosen
     * again. A drain supersedes all evictions.
     *
     * @param request which workers, how fast, and whether they are invited back
     * @throws IllegalStateException if the service drains, or too many evictions are in progress
     */
    Eviction evict(EvictionRequest request);

    /** The evictions in progress and the latest that have ended, newest first. */
    List<Eviction> evictions();

    /**
     * Rejects an identity for a time, on this instance only, until it restarts; or on all
     * instances, if {@code frontdoor.fleet.bans} is set. A worker that is registered already stays,
     * but cannot register again. A ban of the same identity is replaced.
     *
     * @param identity the identity, compared exactly; at most 992 bytes of UTF-8
     * @param duration how long it is rejected: more than 0, at most 365 days
     * @param reason the worker receives it as a part of the rejection; at most 200 characters, and
     *     none that breaks or reorders a line
     * @throws IllegalArgumentException if an argument is not allowed; the message names it
     * @throws IllegalStateException if too many identities are banned
     */
    Ban ban(String identity, Duration duration, String reason);

    /** Like {@link #ban}, and closes the connections of this identity with code 4500. */
    Ban banAndDisconnect(String identity, Duration duration, String reason);

    /**
     * Ends a ban, on all instances if {@code frontdoor.fleet.bans} is set.
     *
     * @return whether the identity was banned
     */
    boolean unban(String identity);

    /** The bans that are in force, the latest first. */
    List<Ban> bans();
}
