package dev.frontdoor.worker;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * A worker: it connects, registers, gives pushes to its handler, and reconnects by itself until it
 * is stopped or the service tells it not to come back. All methods may be called from any thread.
 */
public final class Worker implements AutoCloseable {

    private final Options options;
    private final WorkerLoop loop;

    Worker(Options options) {
        this.options = options;
        this.loop = new WorkerLoop(options);
    }

    /**
     * Starts to build a worker.
     *
     * @param url the service's address, {@code ws://HOST:PORT/liminal} or {@code wss://...}
     * @param registration what the worker declares
     * @param handler what does its work
     */
    public static WorkerBuilder builder(URI url, Registration registration, PushHandler handler) {
        return new WorkerBuilder(url, registration, handler);
    }

    /** Starts connecting, and returns at once. Only the first call has an effect. */
    public void start() {
        loop.loop().execute(loop::start);
    }

    /** The current state. */
    public State state() {
        return loop.state();
    }

    /** Completes when the worker has stopped or failed. */
    public CompletableFuture<End> ended() {
        return loop.ended().copy();
    }

    /** Stops with the grace that was set. */
    public CompletableFuture<End> stop() {
        return stop(options.stopGrace());
    }

    /** Lets open pushes finish for at most the grace, disconnects, and ends the worker. */
    public CompletableFuture<End> stop(Duration grace) {
        loop.loop().execute(() -> loop.stop(grace));
        return ended();
    }

    /** Stops, and waits until that is done. */
    @Override
    public void close() {
        try {
            stop().get(options.stopGrace().plusSeconds(10).toMillis(), MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the worker did not stop", e);
        }
    }

    /**
     * Replaces the registration. The result is null if the service accepts it, or the reason of its
     * rejection; the earlier registration then stays in force. The result fails with {@link
     * IllegalStateException} if another call replaces this one first, or if the worker ends.
     */
    public CompletableFuture<String> register(Registration registration) {
        CompletableFuture<String> result = new CompletableFuture<>();
        loop.loop().execute(() -> loop.register(registration, result), result);
        return result;
    }

    /**
     * Publishes on a channel. The result is the publication's stream, as in {@link
     * Event.PublishRefused}. It fails with {@link IllegalStateException} unless the worker is
     * registered, and with {@link IllegalArgumentException} if the payload is too large.
     */
    public CompletableFuture<Integer> publish(String channel, byte[] payload) {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        loop.loop().execute(() -> loop.publish(channel, payload, result), result);
        return result;
    }
}
