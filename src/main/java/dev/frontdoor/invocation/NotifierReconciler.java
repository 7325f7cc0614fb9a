package dev.frontdoor.invocation;

import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Brings what one notifier holds of one pid in line with what it should hold.
 *
 * <p>While the two differ, or a call is queued, exactly one thread of the notifier makes calls. So
 * calls for a pid never overlap, and a notifier that accepts a registration after the timeout is
 * corrected before the next call. No method blocks. The lock is never held during a call.
 */
public final class NotifierReconciler {

    private static final Logger log = LoggerFactory.getLogger(NotifierReconciler.class);

    private final long pid;
    private final Notifier notifier;
    private final Timeouts timeouts;
    private final Runnable onRestoreFailed;
    private final HolderState state = new HolderState();
    private final CallQueue calls;
    private volatile @Nullable String identity;

    /**
     * A reconciler for a pid that the notifier does not hold.
     *
     * @param onRestoreFailed called when the notifier does not take its earlier registration back
     *     in time; must not block
     */
    public NotifierReconciler(
            long pid, Notifier notifier, Timeouts timeouts, Runnable onRestoreFailed) {
        this.pid = pid;
        this.notifier = notifier;
        this.timeouts = timeouts;
        this.onRestoreFailed = onRestoreFailed;
        this.calls = new CallQueue(notifier, state, this::reconcile, timeouts);
    }

    public Notifier notifier() {
        return notifier;
    }

    public synchronized boolean isHolder() {
        return state.isHolder();
    }

    /** Whether the notifier holds the pid, and what it holds is what it should hold. */
    public synchronized boolean isHolderInSync() {
        return state.isHolder() && state.isInSync();
    }

    /**
     * Calls the notifier with a registration.
     *
     * @param parent the sample that this call is a part of
     * @param timeout the time limit of the call, the wait for a thread included
     * @param onResult called once, on a thread of the notifier or of the timeouts; must not block
     */
    public void register(
            WorkerRegistration registration,
            Sample parent,
            Duration timeout,
            Consumer<CallResult> onResult) {
        identity = registration.identity();
        CallKind kind;
        synchronized (this) {
            kind = state.registrationKind();
        }
        Invocation invocation = Invocation.register(kind, pid, registration);
        enqueue(invocation, parent, timeout, onResult);
    }

    /**
     * Offers a publication to the notifier, within its timeout. It is skipped if the notifier no
     * longer holds the pid when the turn comes.
     */
    public void publish(String channel, byte[] payload, Consumer<CallResult> onResult) {
        enqueue(Invocation.publish(pid, channel, payload), null, notifier.timeout(), onResult);
    }

    /**
     * Calls the notifier about an acknowledgment, within its timeout. That is skipped if the
     * notifier no longer holds the pid when the turn comes.
     */
    public void admit(Consumer<CallResult> onResult) {
        enqueue(Invocation.admit(pid), null, notifier.timeout(), onResult);
    }

    /** Skips the queued call if it has not begun. */
    public void cancel() {
        NotifierCall call;
        synchronized (this) {
            call = calls.queued();
        }
        if (call != null && call.cancel()) {
            dequeue(call);
            call.report(new CallResult.Skipped(), true);
        }
    }

    /** The last accepted registration is in force: it will not be undone any more. */
    public synchronized void confirm() {
        state.confirm();
    }

    /**
     * Returns to what the last accepted registration replaced. The future completes when the
     * notifier is in sync, or cannot be; after {@code wait} in any case.
     */
    public synchronized CompletableFuture<@Nullable Void> undo(Duration wait) {
        WorkerRegistration restored = state.undo(notifier.now());
        calls.start();
        if (restored != null) {
            var _ = timeouts.after(notifier.timeout(), () -> giveUpRestore(restored));
        }
        return calls.completionWithin(wait);
    }

    /**
     * Makes the unregister call if the notifier holds the pid, or turns out to. The future
     * completes when the call is over; at the notifier's timeout in any case.
     */
    public synchronized CompletableFuture<@Nullable Void> release() {
        state.release(notifier.now());
        calls.start();
        return calls.completionWithin(notifier.timeout());
    }

    /** Completes when no call is running or queued, however long that takes. */
    public synchronized CompletableFuture<@Nullable Void> completion() {
        return calls.completion();
    }

    private void giveUpRestore(WorkerRegistration restored) {
        boolean first;
        synchronized (this) {
            first = state.giveUpRestore(restored);
        }
        if (first) {
            onRestoreFailed.run();
        }
    }

    private void enqueue(
            Invocation invocation,
            @Nullable Sample parent,
            Duration timeout,
            Consumer<CallResult> onResult) {
        NotifierCall call =
                new NotifierCall(
                        pid, identity, notifier, invocation, notifier.now(), parent, onResult);
        synchronized (this) {
            calls.add(call);
        }
        call.startTimeout(timeouts, timeout, () -> dequeue(call));
        synchronized (this) {
            calls.start();
        }
    }

    /** Makes calls until the notifier is in sync and no call is queued. */
    private void reconcile() {
        try (WorkerMdc _ = WorkerMdc.of(pid, identity)) {
            for (NotifierCall call = next(); call != null; call = next()) {
                try {
                    if (call.begin()) {
                        execute(call);
                    }
                } catch (Throwable e) {
                    log.error("pid {}: a call to '{}' has no result", pid, notifier.name(), e);
                }
            }
        }
    }

    private @Nullable NotifierCall next() {
        CompletableFuture<@Nullable Void> settled;
        synchronized (this) {
            if (calls.isDue()) {
                if (!calls.goesOn()) {
                    return null;
                }
                return state.needsCorrection() ? correction() : calls.take();
            }
            settled = calls.end();
        }
        settled.complete(null);
        return null;
    }

    private NotifierCall correction() {
        long due = state.correctionDue();
        Invocation correction = state.correction(pid);
        if (correction.kind() == CallKind.UNREGISTERED) {
            notifier.calls().released();
        }
        return new NotifierCall(pid, identity, notifier, correction, due, null, null);
    }

    private void execute(NotifierCall call) {
        WorkerRegistration restored = call.kind() == CallKind.RESTORED ? call.registration() : null;
        Runnable restoreFailed = restored == null ? () -> {} : () -> giveUpRestore(restored);
        if (call.isNotification()) {
            call.startTimeout(timeouts, notifier.timeout(), restoreFailed);
        }
        boolean released = call.kind().needsHolder() && !isHolder();
        CallResult result = released ? new CallResult.Skipped() : call.run();
        boolean inTime = call.leave();
        try {
            if (result instanceof CallResult.Accepted) {
                onAccepted(call, inTime);
            } else {
                restoreFailed.run();
            }
        } finally {
            call.report(result, inTime);
        }
    }

    private synchronized void onAccepted(NotifierCall call, boolean inTime) {
        WorkerRegistration accepted = call.registration();
        boolean decides = inTime && !call.isNotification();
        if (accepted != null && state.onAccepted(accepted, decides, notifier.now())) {
            notifier.calls().acquired();
        }
    }

    /** Removes a call that ended before it began, and gives up the wait for a thread with it. */
    private void dequeue(NotifierCall call) {
        CompletableFuture<@Nullable Void> settled;
        synchronized (this) {
            settled = calls.remove(call);
        }
        if (settled != null) {
            settled.complete(null);
        }
    }
}
