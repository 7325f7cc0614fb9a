package dev.frontdoor.invocation;

import dev.frontdoor.protocol.WorkerRegistration;

import io.micrometer.observation.Observation;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * One call to a notifier, made at most once. It ends once: when the notifier is done, at its
 * timeout, or when it is canceled before it began. Whoever ends it concludes it.
 */
final class NotifierCall {

    private final long pid;
    private final @Nullable String identity;
    private final Notifier notifier;
    private final Invocation invocation;
    private final Sample sample;
    private final @Nullable Consumer<CallResult> onResult;

    /** The thread that is in the notifier. */
    private @Nullable Thread thread;

    private boolean ended;
    private Future<?> timeout = CompletableFuture.completedFuture(null);

    /**
     * A call that is requested now and begins later.
     *
     * @param cause the sample that the call is a part of, if there is one
     * @param onResult gets the result; null if nobody waits for it
     */
    NotifierCall(
            long pid,
            @Nullable String identity,
            Notifier notifier,
            Invocation invocation,
            @Nullable Sample cause,
            @Nullable Consumer<CallResult> onResult) {
        this.pid = pid;
        this.identity = identity;
        this.notifier = notifier;
        this.invocation = invocation;
        this.sample = notifier.calls().requested(invocation.kind(), pid, cause);
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

    /** Starts the timeout. If it ends the call, the call is concluded after the given action. */
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

    /** Calls the notifier. */
    CallResult run() {
        Observation.Scope scope = sample.openScope();
        try {
            return invocation.run(notifier.bean());
        } finally {
            Sample.close(scope);
        }
    }

    /** Ends the call on the thread that began it; false if its timeout came first. */
    synchronized boolean end() {
        thread = null;
        // The interrupt that came for this call must not reach the next one.
        boolean _ = Thread.interrupted();
        return endFirst();
    }

    /** Ends a call that has not begun; false if it has. */
    synchronized boolean cancel() {
        return thread == null && endFirst();
    }

    private void timeOut(Duration limit, Runnable onTimedOut) {
        if (!interrupt()) {
            return;
        }
        try (WorkerMdc _ = WorkerMdc.of(pid, identity)) {
            notifier.failures().timedOut(pid, kind(), limit);
            onTimedOut.run();
        } finally {
            conclude(new CallResult.TimedOut(), true);
        }
    }

    private synchronized boolean interrupt() {
        if (!ended && thread != null) {
            thread.interrupt();
        }
        return endFirst();
    }

    private boolean endFirst() {
        boolean first = !ended;
        ended = true;
        timeout.cancel(false);
        return first;
    }

    /**
     * Counts the call, and reports its result to whoever waits for it, on this thread.
     *
     * @param first whether the call ends by this result, and not before by its timeout
     */
    void conclude(CallResult result, boolean first) {
        if (!first) {
            if (result instanceof CallResult.Accepted) {
                notifier.calls().returnedLate(kind(), sample);
            }
            return;
        }
        try {
            if (kind().isRegistration()) {
                notifier.breaker().called(pid, result);
            }
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
