package dev.frontdoor.push;

import dev.frontdoor.invocation.Sample;
import dev.frontdoor.invocation.Timeouts;
import dev.frontdoor.invocation.WorkerMdc;
import dev.frontdoor.notifier.ConnectedWorker;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushException.Reason;
import dev.frontdoor.notifier.PushRefusal;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Bytes;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.push.PushMetrics.Outcome;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.LiveWorker;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Pushes to registered workers. A push ends exactly one way: whoever takes it out of the pending
 * ones, be it the reply, the time limit, the connection's end or the caller, ends it. Safe for use
 * from any thread; futures are completed on virtual threads.
 */
public final class PushService implements Workers {

    /** The stream pushes travel on. */
    private static final long STREAM = 1;

    private final LiveTable table;
    private final PushProperties properties;
    private final PushMetrics metrics;
    private final Timeouts limits;
    private final PendingPushes pending = new PendingPushes();
    private final AtomicLong correlationIds = new AtomicLong();

    PushService(LiveTable table, PushProperties properties, PushMetrics metrics, Timeouts limits) {
        this.table = table;
        this.properties = properties;
        this.metrics = metrics;
        this.limits = limits;
    }

    @Override
    public Optional<ConnectedWorker> find(long pid) {
        return table.find(pid).map(this::describe);
    }

    @Override
    public List<ConnectedWorker> list(WorkerFilter filter) {
        return table.newestFirst()
                .filter(worker -> filter.matches(worker.registration()))
                .map(this::describe)
                .toList();
    }

    @Override
    public CompletableFuture<byte[]> push(long pid, byte[] payload, Duration timeLimit) {
        if (!timeLimit.isPositive()) {
            throw new IllegalArgumentException(
                    "a time limit must be more than zero, was " + timeLimit);
        }
        Sample timing = metrics.asked(pid);
        LiveWorker worker = table.find(pid).orElse(null);
        if (worker == null) {
            return notAdmitted(timing, unknown(pid));
        }
        if (payload.length > properties.maxPayloadSize().toBytes()) {
            return notAdmitted(
                    timing,
                    new PushException(
                            Reason.PAYLOAD_TOO_LARGE,
                            "a payload of %d bytes is larger than frontdoor.pushes.max-payload-size, %s"
                                    .formatted(payload.length, properties.maxPayloadSize())));
        }
        PendingPush push = new PendingPush(pid, correlationIds.incrementAndGet(), timing);
        if (!pending.add(push, properties.maxPendingPerWorker())) {
            return notAdmitted(
                    timing,
                    new PushException(
                            Reason.TOO_MANY_PENDING,
                            "pid %d has %d unanswered pushes, as many as it may"
                                    .formatted(pid, properties.maxPendingPerWorker())));
        }
        send(worker, push, payload, timeLimit);
        return push.reply;
    }

    @Override
    public boolean disconnect(long pid, String reason) {
        Optional<LiveWorker> worker = table.find(pid);
        worker.ifPresent(there -> there.link().close(CloseCause.DISCONNECTED, reason));
        return worker.isPresent();
    }

    /** How many pushes a worker has not answered. */
    public int pending(long pid) {
        return pending.count(pid);
    }

    /**
     * Ends a push with the worker's reply, or with its refusal.
     *
     * @return whether a push was waiting for it; false if it is late, or there never was one
     */
    public boolean replied(long pid, Frame.PushReply reply) {
        PendingPush push = pending.remove(pid, reply.correlationId());
        if (push == null) {
            return false;
        }
        if (reply.isRefusal()) {
            fail(push, Outcome.REFUSED, refused(pid, reply));
        } else {
            byte[] payload = reply.payload().toByteArray();
            end(push, Outcome.REPLIED, () -> push.reply.complete(payload));
        }
        return true;
    }

    /** The connection has ended, and has left the live table: its pushes end with it. */
    public void end(long pid) {
        for (PendingPush push : pending.removeAll(pid)) {
            fail(push, Outcome.DISCONNECTED, disconnected(pid));
        }
    }

    private void send(LiveWorker worker, PendingPush push, byte[] payload, Duration timeLimit) {
        long pid = push.pid;
        metrics.admitted();
        Future<?> limit = limits.after(timeLimit, () -> expire(push, timeLimit));
        var _ =
                push.reply.whenComplete((_, _) -> {
                    limit.cancel(false);
                    giveUp(push);
                });
        Frame frame = new Frame.Push(0, STREAM, push.correlationId, Bytes.copyOf(payload));
        if (!worker.link().send(frame) && take(push)) {
            fail(push, Outcome.NOT_ADMITTED, outboundFull(pid));
            return;
        }
        if (table.find(pid).isEmpty() && take(push)) {
            fail(push, Outcome.DISCONNECTED, disconnected(pid));
        }
    }

    private void expire(PendingPush push, Duration timeLimit) {
        if (take(push)) {
            fail(
                    push,
                    Outcome.EXPIRED,
                    new PushException(
                            Reason.EXPIRED,
                            "pid %d did not reply within %s".formatted(push.pid, timeLimit)));
        }
    }

    /** The future is complete: by one of the ends above, or else by whoever holds it. */
    private void giveUp(PendingPush push) {
        if (take(push)) {
            end(push, Outcome.CANCELLED, null);
        }
    }

    private boolean take(PendingPush push) {
        return pending.remove(push.pid, push.correlationId) != null;
    }

    private void fail(PendingPush push, Outcome outcome, PushException why) {
        end(push, outcome, () -> push.reply.completeExceptionally(why));
    }

    private void end(PendingPush push, Outcome outcome, @Nullable Runnable completion) {
        metrics.ended(push.timing, outcome);
        if (completion != null) {
            Thread.ofVirtual().name("push-" + push.pid).start(completion);
        }
    }

    private CompletableFuture<byte[]> notAdmitted(Sample timing, PushException why) {
        metrics.notAdmitted(timing);
        return CompletableFuture.failedFuture(why);
    }

    private PushException unknown(long pid) {
        return table.isCandidate(pid)
                ? new PushException(
                        Reason.NOT_YET_REGISTERED,
                        "pid %d is not registered yet; its registration is being decided"
                                .formatted(pid))
                : new PushException(
                        Reason.UNKNOWN_PID, "no worker is registered as pid %d".formatted(pid));
    }

    private static PushException refused(long pid, Frame.PushReply reply) {
        boolean flagged = reply.flags() == Frame.PushReply.REFUSAL;
        PushRefusal refusal =
                flagged ? RefusalParser.parse(reply.payload()) : RefusalParser.MALFORMED;
        return new PushException(
                refusal,
                "pid %d refused the push as %s: %s"
                        .formatted(
                                pid, refusal.code().label(), WorkerMdc.printable(refusal.words())));
    }

    private static PushException outboundFull(long pid) {
        return new PushException(
                Reason.OUTBOUND_FULL,
                "pid %d has not read what was sent before; frontdoor.limits.max-outbound-bytes leaves no room"
                        .formatted(pid));
    }

    private static PushException disconnected(long pid) {
        return new PushException(
                Reason.DISCONNECTED, "the connection of pid %d ended first".formatted(pid));
    }

    private ConnectedWorker describe(LiveWorker worker) {
        return new ConnectedWorker(
                worker.pid(),
                worker.registration(),
                worker.holders(),
                worker.link().remoteAddress(),
                worker.link().connectedAt(),
                worker.registeredAt(),
                pending.count(worker.pid()));
    }
}
