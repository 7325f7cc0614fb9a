package dev.frontdoor.push;

import dev.frontdoor.notifier.PushException;
import dev.frontdoor.push.PushMetrics.Outcome;
import dev.frontdoor.registration.WorkerLink;

/** A push whose outcome nobody waits for: it is counted, and dropped. */
final class SentPush extends PendingPush {

    private final PushMetrics metrics;

    SentPush(WorkerLink link, long correlationId, PushMetrics metrics) {
        super(link, correlationId);
        this.metrics = metrics;
    }

    @Override
    boolean isAwaited() {
        return false;
    }

    @Override
    void replied(byte[] payload) {
        metrics.sendEnded(Outcome.REPLIED);
    }

    @Override
    void failed(Outcome outcome, PushException why) {
        metrics.sendEnded(outcome);
    }
}
