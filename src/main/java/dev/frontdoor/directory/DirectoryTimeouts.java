package dev.frontdoor.directory;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs actions when time limits have passed, each on a thread of its own: they complete futures,
 * and what depends on these may be code of others. Used by any thread.
 *
 * <p>Most time limits are canceled long before they pass. So a new one does not wake the thread
 * that watches them, which costs more than everything else about it.
 *
 * <p>After {@link #close} the time limits that are left still pass, and new ones pass at once.
 */
final class DirectoryTimeouts implements AutoCloseable {

    private static final long TICK_MILLIS = 100;

    private final ScheduledExecutorService executor;

    DirectoryTimeouts() {
        ScheduledThreadPoolExecutor own =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("directory-timeouts").factory());
        own.setRemoveOnCancelPolicy(true);
        // A time limit behind this one in the queue does not wake the thread.
        Future<?> _ =
                own.scheduleAtFixedRate(() -> {}, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        executor = own;
    }

    /** Runs an action after a time, unless the future is canceled before. */
    Future<?> after(Duration time, Runnable action) {
        try {
            return executor.schedule(() -> start(action), nanos(time), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            start(action);
            return CompletableFuture.completedFuture(null);
        }
    }

    private static void start(Runnable action) {
        Thread.ofVirtual().name("directory-timeout").start(action);
    }

    /** A duration of more than 292 years counts as that long. */
    private static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
