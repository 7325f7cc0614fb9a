package dev.frontdoor.auth;

import dev.frontdoor.auth.AuthenticationResult.Unavailable;
import dev.frontdoor.invocation.thread.Timeouts;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One check on a thread of its own. It ends once, by its result or by its time limit. Between two
 * attempts it has no thread.
 */
final class TimedCheck implements Runnable {

    private final TimedChecks checks;
    private final TimedChecks.Attempt attempt;
    private final BooleanSupplier awaited;
    private final Consumer<AuthenticationResult> onResult;

    /** The thread that makes the check. */
    private @Nullable Thread thread;

    private boolean ended;

    /** Its time limit came while it had a thread. */
    private boolean overdue;

    /** It may go on although its attempt has not returned yet. */
    private boolean resumed;

    private Future<?> timeout = CompletableFuture.completedFuture(null);

    TimedCheck(
            TimedChecks checks,
            TimedChecks.Attempt attempt,
            BooleanSupplier awaited,
            Consumer<AuthenticationResult> onResult) {
        this.checks = checks;
        this.attempt = attempt;
        this.awaited = awaited;
        this.onResult = onResult;
    }

    void startTimeout(Timeouts timeouts, Duration limit) {
        Future<?> started = timeouts.after(limit, this::timeOut);
        synchronized (this) {
            timeout = started;
            if (ended) {
                started.cancel(false);
            }
        }
    }

    @Override
    public void run() {
        checks.leftQueue();
        boolean wanted = awaited.getAsBoolean();
        if (!begin()) {
            return;
        }
        AuthenticationResult result = new Unavailable(); // of an attempt that throws
        try {
            result = wanted ? attempt.make(this::resume) : null;
        } catch (Throwable e) {
            checks.failed(e.getClass().getName(), e.getClass().getName());
        } finally {
            attempted(wanted, result);
        }
    }

    private void attempted(boolean wanted, @Nullable AuthenticationResult result) {
        if (wanted && result == null) {
            if (suspend()) {
                queueAgain();
            }
        } else if (leave() && result != null) {
            if (!(result instanceof Unavailable)) {
                checks.record().succeeded();
            }
            onResult.accept(result);
        }
    }

    /** Makes another attempt, on any thread. */
    private void resume() {
        if (mayResume()) {
            queueAgain();
        }
    }

    private void queueAgain() {
        if (!checks.queue(this) && cancel()) {
            onResult.accept(new Unavailable());
        }
    }

    private synchronized boolean mayResume() {
        resumed = thread != null;
        return !ended && !resumed;
    }

    /** The attempt has returned without a result; whether another one is due already. */
    private synchronized boolean suspend() {
        boolean due = resumed;
        resumed = false;
        return release() && due;
    }

    private synchronized boolean cancel() {
        return markEnded();
    }

    private synchronized boolean begin() {
        if (!ended) {
            thread = Thread.currentThread();
        }
        return !ended;
    }

    /** The check has returned; false if its time limit came first. */
    private synchronized boolean leave() {
        boolean _ = release();
        return markEnded();
    }

    /** Lets go of the thread; false if the check has ended. */
    private boolean release() {
        thread = null;
        if (overdue) {
            checks.record().overdueReturned();
        }
        // The interrupt that came for this check must not reach the next one.
        boolean _ = Thread.interrupted();
        return !ended;
    }

    private void timeOut() {
        if (expire()) {
            boolean queued = checks.remove(this);
            if (queued) {
                checks.leftQueue();
            }
            checks.timedOut(queued || isOverdue());
            onResult.accept(new Unavailable());
        }
    }

    private synchronized boolean expire() {
        if (!ended && thread != null) {
            overdue = true;
            checks.record().becameOverdue();
            thread.interrupt();
        }
        return markEnded();
    }

    private synchronized boolean isOverdue() {
        return overdue;
    }

    private boolean markEnded() {
        boolean first = !ended;
        ended = true;
        timeout.cancel(false);
        return first;
    }
}
