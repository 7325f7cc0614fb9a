package dev.frontdoor.auth;

import dev.frontdoor.auth.AuthenticationResult.Unavailable;
import dev.frontdoor.invocation.thread.Timeouts;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One check on a thread of its own. It ends once, by its result or by its time limit. */
final class TimedCheck implements Runnable {

    private final TimedChecks checks;
    private final Supplier<AuthenticationResult> check;
    private final BooleanSupplier awaited;
    private final Consumer<AuthenticationResult> onResult;

    /** The thread that makes the check. */
    private @Nullable Thread thread;

    private boolean ended;
    private Future<?> timeout = CompletableFuture.completedFuture(null);

    TimedCheck(
            TimedChecks checks,
            Supplier<AuthenticationResult> check,
            BooleanSupplier awaited,
            Consumer<AuthenticationResult> onResult) {
        this.checks = checks;
        this.check = check;
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
        AuthenticationResult result = wanted ? check.get() : null;
        if (leave() && result != null) {
            onResult.accept(result);
        }
    }

    private synchronized boolean begin() {
        if (!ended) {
            thread = Thread.currentThread();
        }
        return !ended;
    }

    /** The check has returned; false if its time limit came first. */
    private synchronized boolean leave() {
        thread = null;
        // The interrupt that came for this check must not reach the next one.
        boolean _ = Thread.interrupted();
        return markEnded();
    }

    private void timeOut() {
        if (expire()) {
            if (checks.remove(this)) {
                checks.leftQueue();
            }
            checks.timedOut();
            onResult.accept(new Unavailable());
        }
    }

    private synchronized boolean expire() {
        if (!ended && thread != null) {
            thread.interrupt();
        }
        return markEnded();
    }

    private boolean markEnded() {
        boolean first = !ended;
        ended = true;
        timeout.cancel(false);
        return first;
    }
}
