package dev.frontdoor.push;

import dev.frontdoor.invocation.CurrentCall;
import dev.frontdoor.invocation.Sample;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.push.PushMetrics.Outcome;
import dev.frontdoor.registration.WorkerLink;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A push with a future of its reply. */
final class AwaitedPush extends PendingPush {

    private final Sample sample;
    private final PushMetrics metrics;
    private final Executor completions;
    private final CompletableFuture<byte[]> reply = new ReplyFuture<>(this::needsThisThread);

    AwaitedPush(
            WorkerLink link,
            long correlationId,
            Sample sample,
            PushMetrics metrics,
            Executor completions) {
        super(link, correlationId);
        this.sample = sample;
        this.metrics = metrics;
        this.completions = completions;
        metrics.pending();
    }

    CompletableFuture<byte[]> reply() {
        return reply;
    }

    @Override
    boolean isAwaited() {
        return true;
    }

    @Override
    void replied(byte[] payload) {
        ended(Outcome.REPLIED);
        completions.execute(() -> reply.complete(payload));
    }

    @Override
    void failed(Outcome outcome, PushException why) {
        ended(outcome);
        completions.execute(() -> reply.completeExceptionally(why));
    }

    /** It was not admitted. */
    CompletableFuture<byte[]> refused(PushException why) {
        ended(Outcome.NOT_ADMITTED);
        return CompletableFuture.failedFuture(why);
    }

    /** The caller has canceled the future. */
    void canceled() {
        ended(Outcome.CANCELLED);
    }

    private void ended(Outcome outcome) {
        metrics.ended(sample, outcome);
        link.facts().pushEnded(outcome.label());
    }

    /** Whether the decision that it waits for needs this thread to return from a notifier. */
    private boolean needsThisThread() {
        return isWaiting() && CurrentCall.isFor(pid);
    }
}
