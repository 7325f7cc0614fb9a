package dev.frontdoor.push;

import dev.frontdoor.invocation.Sample;

import java.util.concurrent.CompletableFuture;

/** A push that was admitted and has not ended. */
final class PendingPush {

    final long pid;
    final long correlationId;
    final Sample timing;
    final CompletableFuture<byte[]> reply = new CompletableFuture<>();

    PendingPush(long pid, long correlationId, Sample timing) {
        this.pid = pid;
        this.correlationId = correlationId;
        this.timing = timing;
    }
}
