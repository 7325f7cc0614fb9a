package dev.frontdoor.invocation;

import dev.frontdoor.invocation.thread.Timeouts;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** The end of work that begins and ends repeatedly, as a future of each. Not safe for threads. */
final class Completion {

    private static final CompletableFuture<@Nullable Void> NONE =
            CompletableFuture.completedFuture(null);

    private CompletableFuture<@Nullable Void> future = NONE;

    void begin() {
        future = new CompletableFuture<>();
    }

    /** The future of the present work; to be completed without holding a lock. */
    CompletableFuture<@Nullable Void> future() {
        return future;
    }

    /** Completes when the present work ends, but after the given time in any case. */
    CompletableFuture<@Nullable Void> within(Duration wait, Timeouts timeouts) {
        CompletableFuture<@Nullable Void> settled = future.copy();
        if (!settled.isDone()) {
            Future<?> timeout = timeouts.after(wait, () -> settled.complete(null));
            var _ = settled.thenRun(() -> timeout.cancel(false));
        }
        return settled;
    }
}
