package com.example.dispatcher;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A payload for one of the workers of a route, and what comes of it. */
final class Task {

    private final Route route;
    private final byte[] payload;
    private final long deadline;
    private final CompletableFuture<byte[]> result;

    Task(Route route, byte[] payload, Duration timeLimit) {
        this.route = route;
        this.payload = payload.clone();
        this.deadline = System.nanoTime() + timeLimit.toNanos();
        this.result =
                new CompletableFuture<byte[]>()
                        .orTimeout(timeLimit.toNanos(), TimeUnit.NANOSECONDS);
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

    /** The reply of the worker that executed it, or why there is none. */
    CompletableFuture<byte[]> result() {
        return result;
    }
}
