package dev.frontdoor.invocation;

import dev.frontdoor.invocation.thread.Timeouts;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The calls of one notifier that are due for one pid: a correction of its state, and at most one
 * queued call. One thread makes them, with the permit that the next one needs. Guarded by the lock
 * of its {@link NotifierReconciler}.
 */
final class CallQueue {

    private final Notifier notifier;
    private final HolderState state;
    private final Runnable task;
    private final Timeouts timeouts;
    private final Completion completion = new Completion();
    private @Nullable NotifierCall queued;

    /** What the thread has a permit of, or waits for; null if no call is due. */
    private @Nullable Permits permits;

    /**
     * A queue without calls.
     *
     * @param task makes the calls that are due, on the thread
     */
    CallQueue(Notifier notifier, HolderState state, Runnable task, Timeouts timeouts) {
        this.notifier = notifier;
        this.state = state;
        this.task = task;
        this.timeouts = timeouts;
    }

    /** Queues a call, to be followed by {@link #start}. The one before it has ended. */
    void add(NotifierCall call) {
        queued = call;
    }

    /** Asks for a thread if a call is due. A thread that waits for another permit waits anew. */
    void start() {
        Permits needed = neededPermits();
        if (needed == null) {
            return;
        }
        if (permits == null) {
            completion.begin();
            request(needed);
        } else if (permits != needed && permits.remove(task)) {
            request(needed);
        }
    }

    /** Whether a call is due. */
    boolean isDue() {
        return neededPermits() != null;
    }

    /** Whether the thread may make the next call. If not, another one does. */
    boolean goesOn() {
        Permits needed = neededPermits();
        if (needed != null && needed != permits) {
            request(needed);
            return false;
        }
        return true;
    }

    /** The queued call; null if there is none. */
    @Nullable NotifierCall queued() {
        return queued;
    }

    /** Takes the queued call out. */
    @Nullable NotifierCall take() {
        NotifierCall call = queued;
        queued = null;
        return call;
    }

    /** No call is due, and the thread ends. The caller completes the future without the lock. */
    CompletableFuture<@Nullable Void> end() {
        permits = null;
        return completion.future();
    }

    /**
     * Removes a call that has ended before it began.
     *
     * @return like {@link #end}; null if the thread still has something to do
     */
    @Nullable CompletableFuture<@Nullable Void> remove(NotifierCall call) {
        if (queued != call) {
            return null;
        }
        queued = null;
        return permits != null && !isDue() && permits.remove(task) ? end() : null;
    }

    /** Completes when no call is due. */
    CompletableFuture<@Nullable Void> completion() {
        return completion.future().copy();
    }

    /** Completes when no call is due, but after the given time in any case. */
    CompletableFuture<@Nullable Void> completionWithin(Duration wait) {
        return completion.within(wait, timeouts);
    }

    /** What the next call needs; null if none is due. A call that is only skipped needs little. */
    private @Nullable Permits neededPermits() {
        boolean skipped = queued != null && queued.kind().needsHolder() && !state.isHolder();
        if (state.needsCorrection() || skipped) {
            return notifier.permits(CallKind.UNREGISTERED);
        }
        return queued == null ? null : notifier.permits(queued.kind());
    }

    private void request(Permits needed) {
        permits = needed;
        needed.execute(task, timeouts);
    }
}
