package dev.frontdoor.push;

import dev.frontdoor.invocation.Sample;
import dev.frontdoor.registration.WorkerLink;

import java.util.concurrent.CompletableFuture;

/** An admitted push that has no outcome yet. */
final class PendingPush {

    final WorkerLink link;
    final long pid;
    final long correlationId;
    final Sample sample;
    final CompletableFuture<byte[]> reply = new CompletableFuture<>();

    PendingPush(WorkerLink link, long correlationId, Sample sample) {
        this.link = link;
        this.pid = link.pid();
        this.correlationId = correlationId;
        this.sample = sample;
    }
}
