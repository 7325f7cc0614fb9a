package dev.frontdoor.push;

import dev.frontdoor.invocation.Sample;

import java.util.concurrent.CompletableFuture;

/** An admitted push that has no outcome yet. */
final class PendingPush {

    final long pid;
    final long correlationId;
    final Sample sample;
    final CompletableFuture<byte[]> reply = new CompletableFuture<>();

    PendingPush(long pid, long correlationId, Sample sample) {
        this.pid = pid;
        this.correlationId = correlationId;
        this.sample = sample;
    }
}
