package com.example.dispatcher;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A payload for one of the workers of a route, and what comes of it. */
public final class Task {

    private final String id;
    private final Route route;
    private final byte[] payload;
    private final long deadline;
    private final CompletableFuture<Void> stored = new CompletableFuture<>();
    private final CompletableFuture<byte[]> result;
    private int deaths;

    /**
     * A task that nobody has yet.
     *
     * @param deaths how many workers have disconnected with it
     */
    Task(String id, Route route, byte[] payload, Duration timeLimit, int deaths) {
        this.id = id;
        this.route = route;
        this.payload = payload.clone();
        this.deadline = System.nanoTime() + timeLimit.toNanos();
        this.result =
                new CompletableFuture<byte[]>()
                        .orTimeout(timeLimit.toNanos(), TimeUnit.NANOSECONDS);
        this.deaths = deaths;
    }

    /** Its name in the log, unique in the fleet. */
    public String id() {
        return id;
    }

    /**
     * Completes when the task is stored. On a fleet, it is executed from then on even if this
     * instance dies.
     */
    public CompletableFuture<Void> stored() {
        return stored;
    }

    /** The reply of the worker that executed it, or why there is none. */
    public CompletableFuture<byte[]> result() {
        return result;
    }

    Route route() {
        return route;
    }

    byte[] payload() {
        return payload;
    }

    /** The time until its limit; more than zero, as a push needs it. */
    Duration timeLeft() {
        return Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
    }

    /** How many workers have disconnected with it. */
    int deaths() {
        return deaths;
    }

    /** Another worker has disconnected with it. Used by one thread. */
    void countDeath() {
        deaths++;
    }

    /** It is not accepted. */
    void reject(Throwable reason) {
        stored.completeExceptionally(reason);
        result.completeExceptionally(reason);
    }
}
