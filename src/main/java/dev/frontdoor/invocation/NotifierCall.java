package dev.frontdoor.invocation;

import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.protocol.WorkerRegistration;

import io.micrometer.observation.Observation;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * One call to a notifier, made at most once. It ends once: when the notifier is done, at its
 * timeout, or when it is canceled before it began. Whoever ends it reports the result.
 */
final class NotifierCall {

    /** The pid of a call that concerns no single connection. */
    static final long NO_PID = 0;

    private static final Future<?> NONE = CompletableFuture.completedFuture(null);

    private final long pid;
    private final @Nullable String identity;
    private final Notifier notifier;
    private final Invocation invocation;
    private final Sample sample;
    private final @Nullable Consumer<CallResult> onResult;

    /** The thread that is in the notifier. */
    private @Nullable Thread thread;

    private boolean ended;
    private Future<?> timeout = NONE;

    /**
     * A call that begins later.
     *
     * @param due when it was requested or became necessary: the start of its measured time
     * @param parent the sample that the call is a part of, if there is one
     * @param onResult gets the result; null if nobody waits for it
     */
    NotifierCall(
            long pid,
            @Nullable String identity,
            Notifier notifier,
            Invocation invocation,
            long due,
            @Nullable Sample parent,
            @Nullable Consumer<CallResult> onResult) {
        this.pid = pid;
        this.identity = identity;
        this.notifier = notifier;
        this.invocation = invocation;
        this.sample = notifier.calls().started(invocation.kind(), pid, parent, due);
        this.onResult = onResult;
    }

    CallKind kind() {
        return invocation.kind();
    }

    /** The registration that the notifier holds if it accepts; null for other calls. */
    @Nullable WorkerRegistration registration() {
        return invocation.registration();
    }

    /** Whether nobody waits for the result: the call has to be made in any case. */
    boolean isNotification() {
        return onResult == null;
    }

    /** Starts the timeout. If it ends the call, the result is reported after the given action. */
    void startTimeout(Timeouts timeouts, Duration limit, Runnable onTimedOut) {
        Future<?> started = timeouts.after(limit, () -> timeOut(limit, onTimedOut));
        synchronized (this) {
            timeout = started;
            if (ended) {
                started.cancel(false);
            }
        }
    }

    /** Begins the call on this thread; false if it has ended already. */
    synchronized boolean begin() {
        if (!ended) {
            thread = Thread.currentThread();
        }
        return !ended;
    }

    /** Makes the whole call, unless it has ended already, and reports the result. */
    void runIfInTime() {
        if (begin()) {
            CallResult result = run();
            report(result, leave());
        }
    }

    /** Calls the notifier. */
    CallResult run() {
        Observation.Scope scope = sample.openScope();
        try {
            return CurrentCall.run(pid, () -> invocation.run(notifier.bean()));
        } finally {
            Sample.close(scope);
        }
    }

    /** The thread has left the notifier. This ends the call; false if its timeout came first. */
    synchronized boolean leave() {
        thread = null;
        // The interrupt that came for this call must not reach the next one.
        boolean _ = Thread.interrupted();
        boolean inTime = markEnded();
        if (!inTime) {
            notifier.permits(kind()).overdueReturned();
        }
        return inTime;
    }

    /** Ends a call that has not begun; false if it has. */
    synchronized boolean cancel() {
        return thread == null && markEnded();
    }

    private void timeOut(Duration limit, Runnable onTimedOut) {
        if (!expire()) {
            return;
        }
        try (WorkerMdc _ = WorkerMdc.of(pid, identity)) {
            notifier.failures().timedOut(pid, kind(), limit);
            onTimedOut.run();
        } finally {
            report(new CallResult.TimedOut(limit), true);
        }
    }

    /** Ends the call because its timeout has passed; false if it has ended before. */
    private synchronized boolean expire() {
        if (!ended && thread != null) {
            thread.interrupt();
            notifier.permits(kind()).becameOverdue();
        }
        return markEnded();
    }

    /** False if the call has ended before. */
    private boolean markEnded() {
        boolean first = !ended;
        ended = true;
        timeout.cancel(false);
        return first;
    }

    /**
     * Counts the call, and reports its result to whoever waits for it, on this thread.
     *
     * @param inTime whether the call ended by this result, and not before by its timeout
     */
    void report(CallResult result, boolean inTime) {
        if (!inTime) {
            if (result instanceof CallResult.Accepted) {
                notifier.calls().returnedLate(kind(), sample);
            }
            return;
        }
        try {
            notifier.calls().ended(kind(), sample, result);
            if (result instanceof CallResult.Failed failed) {
                notifier.failures().failed(pid, kind(), failed.thrown());
            }
        } finally {
            if (onResult != null) {
                onResult.accept(result);
            }
        }
    }
}
