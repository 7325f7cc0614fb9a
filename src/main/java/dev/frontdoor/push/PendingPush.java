package dev.frontdoor.push;

import io.micrometer.observation.Observation;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** A push that was admitted and has not ended. */
final class PendingPush {

    final long pid;
    final long correlationId;
    final Observation observation;
    final CompletableFuture<byte[]> reply = new CompletableFuture<>();
    volatile @Nullable Future<?> limit;

    PendingPush(long pid, long correlationId, Observation observation) {
        this.pid = pid;
        this.correlationId = correlationId;
        this.observation = observation;
    }
}
