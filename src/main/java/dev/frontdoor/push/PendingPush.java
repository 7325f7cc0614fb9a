package dev.frontdoor.push;

import dev.frontdoor.notifier.PushException;
import dev.frontdoor.push.PushMetrics.Outcome;
import dev.frontdoor.registration.ReservedFrame;
import dev.frontdoor.registration.WorkerLink;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * An admitted push that has no outcome yet. Whoever removes it from the pending pushes reports the
 * outcome, once.
 */
abstract class PendingPush {

    final WorkerLink link;
    final long pid;
    final long correlationId;
    private volatile @Nullable ReservedFrame waiting;
    private volatile Future<?> timeout = CompletableFuture.completedFuture(null);

    PendingPush(WorkerLink link, long correlationId) {
        this.link = link;
        this.pid = link.pid();
        this.correlationId = correlationId;
    }

    /** Whether somebody waits for the outcome. */
    abstract boolean isAwaited();

    abstract void replied(byte[] payload);

    abstract void failed(Outcome outcome, PushException why);

    /** Whether it waits for the decision on a registration. Read by any thread. */
    boolean isWaiting() {
        return waiting != null;
    }

    /** It waits for a decision with this frame. For {@link PendingPushes}, before it is added. */
    void waitWith(ReservedFrame frame) {
        waiting = frame;
    }

    /** Ends the wait; null if there is none. For {@link PendingPushes}, under its lock. */
    @Nullable ReservedFrame takeFrame() {
        ReservedFrame frame = waiting;
        waiting = null;
        return frame;
    }

    /** Sets the timer of its time limit. */
    void setTimeout(Future<?> timeout) {
        this.timeout = timeout;
    }

    /** Cancels that timer. */
    void cancelTimeout() {
        timeout.cancel(false);
    }

    /** Gives up what it needed while it was pending. For whoever has removed it. */
    void close() {
        cancelTimeout();
        ReservedFrame frame = takeFrame();
        if (frame != null) {
            frame.release();
        }
    }
}
