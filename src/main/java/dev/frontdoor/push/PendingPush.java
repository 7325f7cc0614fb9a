package dev.frontdoor.push;

import io.micrometer.observation.Observation;

import java.util.concurrent.CompletableFuture;

/** A push that was admitted and has not ended. */
final class PendingPush {

    final long pid;
    final long correlationId;
    final Observation observation;
    final CompletableFuture<byte[]> reply = new CompletableFuture<>();

    PendingPush(long pid, long correlationId, Observation observation) {
        this.pid = pid;
        this.correlationId = correlationId;
        this.observation = observation;
    }
}
