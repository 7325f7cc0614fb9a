package dev.frontdoor.push;

import dev.frontdoor.invocation.Sample;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.notifier.PushException;
import dev.frontdoor.notifier.PushRefusal;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.push.PushMetrics.Outcome;
import dev.frontdoor.registration.Ledgers;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.LiveWorker;
import dev.frontdoor.registration.WorkerLink;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends pushes to registered workers. A push has exactly one outcome: the reply, the timeout, the
 * end of the connection, or the caller's cancellation, whichever removes it from the pending
 * pushes. All methods may be called from any thread. Futures complete on platform threads of their
 * own, at most {@value PushConfiguration#MAX_COMPLETION_THREADS} at a time.
 */
public final class PushService {

    private final LiveTable table;
    private final Ledgers ledgers;
    private final PushProperties properties;
    private final PushMetrics metrics;
    private final PushLog log;
    private final Executor completions;
    private final PushDispatch dispatch;
    private final AtomicLong correlationIds = new AtomicLong();

    PushService(
            LiveTable table,
            Ledgers ledgers,
            PushProperties properties,
            PushMetrics metrics,
            PushLog log,
            Timeouts timeouts,
            Executor completions) {
        this.table = table;
        this.ledgers = ledgers;
        this.properties = properties;
        this.metrics = metrics;
        this.log = log;
        this.completions = completions;
        this.dispatch = new PushDispatch(table, ledgers, properties, timeouts);
    }

    /**
     * Sends a payload to a worker: see {@link Workers#push}.
     *
     * @throws IllegalArgumentException if {@code timeLimit} is not more than zero
     */
    public CompletableFuture<byte[]> push(long pid, byte[] payload, Duration timeLimit) {
        return push(pid, registered(pid), payload, timeLimit, false);
    }

    /** See {@link Workers#pushAfterDecision}. */
    public CompletableFuture<byte[]> pushAfterDecision(
            long pid, byte[] payload, Duration timeLimit) {
        Optional<WorkerLink> deciding = ledgers.deciding(pid);
        return push(
                pid, deciding.or(() -> registered(pid)), payload, timeLimit, deciding.isPresent());
    }

    private CompletableFuture<byte[]> push(
            long pid,
            Optional<WorkerLink> link,
            byte[] payload,
            Duration timeLimit,
            boolean waits) {
        if (!timeLimit.isPositive()) {
            throw new IllegalArgumentException(
                    "timeLimit must be more than zero, was " + timeLimit);
        }
        Sample sample = metrics.requested(pid);
        if (link.isEmpty()) {
            metrics.notAdmitted(sample);
            return CompletableFuture.failedFuture(unknown(pid));
        }
        AwaitedPush push =
                new AwaitedPush(
                        link.get(), correlationIds.incrementAndGet(), sample, metrics, completions);
        PushException refusal = dispatch.admit(push, payload, timeLimit, waits);
        if (refusal != null) {
            return push.refused(refusal);
        }
        var _ = push.reply().whenComplete((_, _) -> cancelIfPending(push));
        return push.reply();
    }

    /** See {@link Workers#send}. */
    public void send(long pid, byte[] payload) {
        Optional<WorkerLink> link = registered(pid);
        PushException refusal = link.isEmpty() ? unknown(pid) : send(link.get(), payload);
        if (refusal != null) {
            metrics.sendEnded(Outcome.NOT_ADMITTED);
            throw refusal;
        }
    }

    private @Nullable PushException send(WorkerLink link, byte[] payload) {
        SentPush push = new SentPush(link, correlationIds.incrementAndGet(), metrics);
        return dispatch.admit(push, payload, properties.sendTimeout(), false);
    }

    /** The number of pending pushes of a worker whose outcome somebody waits for. */
    public int pending(long pid) {
        return dispatch.awaited(pid);
    }

    /**
     * Refuses further pushes to a worker that is about to be closed. Those that are pending go on.
     * No other begins after this call, so that {@link #pending} only falls.
     *
     * @return false if they were refused already
     */
    public boolean stopPushes(long pid) {
        return dispatch.closing().add(pid);
    }

    /** Admits pushes to a worker again. */
    public void resumePushes(long pid) {
        dispatch.closing().remove(pid);
    }

    /** Whether pushes to a worker are refused because it is about to be closed. */
    public boolean isStopped(long pid) {
        return dispatch.closing().contains(pid);
    }

    /** Refuses pushes to all workers from now on. */
    public void stopAccepting() {
        dispatch.closing().setAll(true);
    }

    /** Admits pushes again, but for workers that {@link #stopPushes} concerns. */
    public void startAccepting() {
        dispatch.closing().setAll(false);
    }

    /**
     * Ends a push by the worker's reply or refusal.
     *
     * @return false if no such push is pending: the reply is late, or the push never existed
     */
    public boolean replied(long pid, Frame.PushReply reply) {
        PendingPush push = dispatch.take(pid, reply.correlationId());
        if (push == null) {
            return false;
        }
        if (reply.isRefusal()) {
            PushRefusal refusal = RefusalParser.parse(reply);
            log.refused(push.link, refusal);
            push.failed(Outcome.REFUSED, PushFailures.refused(pid, refusal));
        } else {
            push.replied(reply.payload().toByteArray());
        }
        return true;
    }

    /**
     * Sends the pushes that waited for the decision on a registration. The ack was handed to the
     * connection, and the registration counts as answered.
     */
    public void acknowledged(long pid) {
        dispatch.acknowledged(pid);
    }

    /** Fails the pushes that waited for the decision on a registration. */
    public void rejected(long pid) {
        dispatch.rejected(pid);
    }

    /**
     * Fails all pending pushes of a connection that has ended. The caller has removed the worker
     * from the live table before.
     */
    public void end(long pid) {
        dispatch.end(pid);
    }

    /** Called when the future is complete. A push that is still pending was canceled. */
    private void cancelIfPending(AwaitedPush push) {
        if (dispatch.take(push)) {
            push.canceled();
        }
    }

    private Optional<WorkerLink> registered(long pid) {
        return table.find(pid).map(LiveWorker::link);
    }

    private PushException unknown(long pid) {
        return ledgers.isCandidate(pid)
                ? PushFailures.notYetRegistered(pid)
                : PushFailures.unknown(pid);
    }
}
