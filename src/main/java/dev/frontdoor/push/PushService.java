package dev.frontdoor.push;

import dev.frontdoor.invocation.Sample;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.notifier.PushRefusal;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.push.PushMetrics.Outcome;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.LiveWorker;
import dev.frontdoor.registration.WorkerLink;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends pushes to registered workers. A push has exactly one outcome: the reply, the timeout, the
 * end of the connection, or the caller's cancellation, whichever removes it from the pending
 * pushes. All methods may be called from any thread. Futures complete on platform threads of their
 * own, at most {@value PushConfiguration#MAX_COMPLETION_THREADS} at a time.
 */
public final class PushService {

    /** The stream that carries pushes. */
    private static final long STREAM = 1;

    private final LiveTable table;
    private final PushProperties properties;
    private final PushMetrics metrics;
    private final PushLog log;
    private final Timeouts timeouts;
    private final Executor completions;
    private final PendingPushes pending = new PendingPushes();
    private final AtomicLong correlationIds = new AtomicLong();

    PushService(
            LiveTable table,
            PushProperties properties,
            PushMetrics metrics,
            PushLog log,
            Timeouts timeouts,
            Executor completions) {
        this.table = table;
        this.properties = properties;
        this.metrics = metrics;
        this.log = log;
        this.timeouts = timeouts;
        this.completions = completions;
    }

    /**
     * Sends a payload to a worker: see {@link Workers#push}.
     *
     * @throws IllegalArgumentException if {@code timeLimit} is not more than zero
     */
    public CompletableFuture<byte[]> push(long pid, byte[] payload, Duration timeLimit) {
        if (!timeLimit.isPositive()) {
            throw new IllegalArgumentException(
                    "timeLimit must be more than zero, was " + timeLimit);
        }
        Sample sample = metrics.requested(pid);
        LiveWorker worker = table.find(pid).orElse(null);
        if (worker == null) {
            return notAdmitted(sample, unknown(pid));
        }
        if (payload.length > properties.maxPayloadSize().toBytes()) {
            return notAdmitted(
                    worker.link(),
                    sample,
                    new PushException(
                            Reason.PAYLOAD_TOO_LARGE,
                            "the payload of %s bytes exceeds frontdoor.pushes.max-payload-size (%s)"
                                    .formatted(payload.length, properties.maxPayloadSize())));
        }
        PendingPush push = new PendingPush(worker.link(), correlationIds.incrementAndGet(), sample);
        if (!pending.add(push, properties.maxPendingPerWorker())) {
            return notAdmitted(
                    worker.link(),
                    sample,
                    new PushException(
                            Reason.TOO_MANY_PENDING,
                            "pid %s already has %s pending pushes, the maximum"
                                    .formatted(pid, properties.maxPendingPerWorker())));
        }
        send(worker, push, payload, timeLimit);
        return push.reply;
    }

    /** The number of pending pushes of a worker. */
    public int pending(long pid) {
        return pending.count(pid);
    }

    /**
     * Completes a push with the worker's reply or refusal.
     *
     * @return false if no such push is pending: the reply is late, or the push never existed
     */
    public boolean replied(long pid, Frame.PushReply reply) {
        PendingPush push = pending.remove(pid, reply.correlationId());
        if (push == null) {
            return false;
        }
        if (reply.isRefusal()) {
            fail(push, Outcome.REFUSED, refused(push, reply));
        } else {
            byte[] payload = reply.payload().toByteArray();
            end(push, Outcome.REPLIED, () -> push.reply.complete(payload));
        }
        return true;
    }

    /**
     * Fails all pending pushes of a connection that has ended. The caller has removed the worker
     * from the live table before.
     */
    public void end(long pid) {
        for (PendingPush push : pending.removeAll(pid)) {
            fail(push, Outcome.DISCONNECTED, disconnected(pid));
        }
    }

    private void send(LiveWorker worker, PendingPush push, byte[] payload, Duration timeLimit) {
        long pid = push.pid;
        metrics.admitted();
        Future<?> timeout = timeouts.after(timeLimit, () -> expire(push, timeLimit));
        var _ =
                push.reply.whenComplete((_, _) -> {
                    timeout.cancel(false);
                    cancelIfPending(push);
                });
        Frame frame = new Frame.Push(0, STREAM, push.correlationId, Bytes.copyOf(payload));
        if (!worker.link().send(frame) && remove(push)) {
            fail(push, Outcome.NOT_ADMITTED, outboundFull(pid));
            return;
        }
        if (table.find(pid).isEmpty() && remove(push)) {
            fail(push, Outcome.DISCONNECTED, disconnected(pid));
        }
    }

    private void expire(PendingPush push, Duration timeLimit) {
        if (remove(push)) {
            fail(
                    push,
                    Outcome.EXPIRED,
                    new PushException(
                            Reason.EXPIRED,
                            "pid %s did not reply within %s".formatted(push.pid, timeLimit)));
        }
    }

    /** Called when the future is complete. A push that is still pending was cancelled. */
    private void cancelIfPending(PendingPush push) {
        if (remove(push)) {
            end(push, Outcome.CANCELLED, null);
        }
    }

    private boolean remove(PendingPush push) {
        return pending.remove(push.pid, push.correlationId) != null;
    }

    private void fail(PendingPush push, Outcome outcome, PushException why) {
        end(push, outcome, () -> push.reply.completeExceptionally(why));
    }

    private void end(PendingPush push, Outcome outcome, @Nullable Runnable completion) {
        metrics.ended(push.sample, outcome);
        push.link.facts().pushEnded(outcome.label());
        if (completion != null) {
            completions.execute(completion);
        }
    }

    private CompletableFuture<byte[]> notAdmitted(
            WorkerLink link, Sample sample, PushException why) {
        link.facts().pushEnded(Outcome.NOT_ADMITTED.label());
        return notAdmitted(sample, why);
    }

    private CompletableFuture<byte[]> notAdmitted(Sample sample, PushException why) {
        metrics.notAdmitted(sample);
        return CompletableFuture.failedFuture(why);
    }

    private PushException unknown(long pid) {
        return table.isCandidate(pid)
                ? new PushException(
                        Reason.NOT_YET_REGISTERED,
                        "the registration of pid %s is still being decided".formatted(pid))
                : new PushException(
                        Reason.UNKNOWN_PID, "no worker is registered with pid %s".formatted(pid));
    }

    private PushException refused(PendingPush push, Frame.PushReply reply) {
        PushRefusal refusal = RefusalParser.parse(reply);
        log.refused(push.link, refusal);
        return new PushException(
                refusal,
                "pid %s refused the push as %s: %s"
                        .formatted(
                                push.pid, refusal.code().label(), DisplayText.of(refusal.words())));
    }

    private static PushException outboundFull(long pid) {
        return new PushException(
                Reason.OUTBOUND_FULL,
                "pid %s or all workers left too much unread; no room in frontdoor.limits.max-outbound-bytes or max-unread-bytes"
                        .formatted(pid));
    }

    private static PushException disconnected(long pid) {
        return new PushException(
                Reason.DISCONNECTED,
                "the connection of pid %s ended before the reply".formatted(pid));
    }
}
