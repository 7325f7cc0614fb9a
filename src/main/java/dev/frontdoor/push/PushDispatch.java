package dev.frontdoor.push;

import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.push.PushMetrics.Outcome;
import dev.frontdoor.registration.Ledgers;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.ReservedFrame;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * Admits pushes, sends them, and ends them by their time limit or with their connection. Used by
 * any thread.
 */
final class PushDispatch {

    /** The stream that carries pushes. */
    private static final long STREAM = 1;

    private final LiveTable table;
    private final Ledgers ledgers;
    private final PushProperties properties;
    private final Timeouts timeouts;
    private final PendingPushes pending = new PendingPushes();
    private final ClosingWorkers closing = new ClosingWorkers();

    PushDispatch(LiveTable table, Ledgers ledgers, PushProperties properties, Timeouts timeouts) {
        this.table = table;
        this.ledgers = ledgers;
        this.properties = properties;
        this.timeouts = timeouts;
    }

    /** The workers that get no further push. */
    ClosingWorkers closing() {
        return closing;
    }

    /**
     * Admits a push, and sends it.
     *
     * @param waits whether it is sent only after the decision on a registration
     * @return why it was not admitted; null if it was
     */
    @Nullable PushException admit(
            PendingPush push, byte[] payload, Duration timeLimit, boolean waits) {
        if (closing.contains(push.pid)) {
            return PushFailures.evicting(push.pid);
        }
        if (payload.length > properties.maxPayloadSize().toBytes()) {
            return PushFailures.tooLarge(payload.length, properties.maxPayloadSize());
        }
        int max = properties.maxPendingPerWorker();
        if (pending.count(push.pid) >= max) {
            return PushFailures.tooManyPending(push.pid, max);
        }
        ReservedFrame frame =
                push.link.reserve(
                        new Frame.Push(0, STREAM, push.correlationId, Bytes.copyOf(payload)));
        if (frame == null) {
            return PushFailures.outboundFull(push.pid);
        }
        if (waits) {
            push.waitWith(frame);
        }
        if (!pending.add(push, max)) {
            frame.release();
            return PushFailures.tooManyPending(push.pid, max);
        }
        // Whoever closes the worker adds it, and then looks for pending pushes.
        if (closing.contains(push.pid) && withdraw(push, frame, waits)) {
            return PushFailures.evicting(push.pid);
        }
        startTimeout(push, timeLimit);
        if (!waits) {
            frame.send();
            endIfGone(push);
        } else if (ledgers.deciding(push.pid).isEmpty()) {
            decidedMeanwhile(push);
        }
        return null;
    }

    /** The number of pending pushes of a worker whose outcome somebody waits for. */
    int awaited(long pid) {
        return pending.awaited(pid);
    }

    /** Takes a push out; null if it is not pending. */
    @Nullable PendingPush take(long pid, long correlationId) {
        PendingPush push = pending.remove(pid, correlationId);
        if (push != null) {
            push.close();
        }
        return push;
    }

    /** Takes a push out; false if it is not pending. */
    boolean take(PendingPush push) {
        return take(push.pid, push.correlationId) != null;
    }

    /** A registration is acknowledged: sends the pushes that wait for that, in their order. */
    void acknowledged(long pid) {
        pending.takeFrames(pid).forEach(ReservedFrame::send);
    }

    /** A registration is rejected: fails the pushes that wait for it. */
    void rejected(long pid) {
        for (PendingPush push : pending.removeWaiting(pid)) {
            push.close();
            push.failed(Outcome.REJECTED, PushFailures.rejected(pid));
        }
    }

    /** The connection has ended: fails its pushes. */
    void end(long pid) {
        closing.remove(pid);
        for (PendingPush push : pending.removeAll(pid)) {
            push.close();
            push.failed(Outcome.DISCONNECTED, PushFailures.disconnected(pid));
        }
    }

    /** Takes a push out that was not sent; false if it was, or has ended. */
    private boolean withdraw(PendingPush push, ReservedFrame frame, boolean waits) {
        ReservedFrame unsent = waits ? pending.takeFrame(push) : frame;
        if (unsent == null) {
            return false;
        }
        boolean taken = take(push);
        if (taken || waits) {
            unsent.release();
        }
        return taken;
    }

    private void startTimeout(PendingPush push, Duration timeLimit) {
        push.setTimeout(timeouts.after(timeLimit, () -> expire(push, timeLimit)));
        if (!pending.contains(push)) {
            push.cancelTimeout();
        }
    }

    private void expire(PendingPush push, Duration timeLimit) {
        if (take(push)) {
            push.failed(Outcome.EXPIRED, PushFailures.expired(push.pid, timeLimit));
        }
    }

    private void endIfGone(PendingPush push) {
        if (table.find(push.pid).isEmpty() && take(push)) {
            push.failed(Outcome.DISCONNECTED, PushFailures.disconnected(push.pid));
        }
    }

    /** The decision came just before the push was pending, and whoever reported it missed it. */
    private void decidedMeanwhile(PendingPush push) {
        ReservedFrame frame = pending.takeFrame(push);
        if (frame == null) {
            return;
        }
        if (table.find(push.pid).isPresent()) {
            frame.send();
            endIfGone(push);
            return;
        }
        frame.release();
        if (take(push)) {
            push.failed(Outcome.NOT_ADMITTED, PushFailures.unknown(push.pid));
        }
    }
}
