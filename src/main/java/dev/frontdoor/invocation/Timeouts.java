package dev.frontdoor.invocation;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * One thread that acts when time limits pass. What it runs must not block. Once closed, no limit
 * passes any more.
 */
public final class Timeouts implements AutoCloseable {

    private final ScheduledThreadPoolExecutor executor =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("time-limits").factory());

    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);

    /** Starts the thread. */
    public Timeouts() {
        executor.setRemoveOnCancelPolicy(true);
        executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        // The thread then never waits for longer, so a limit need not wake it to be noticed.
        Future<?> _ = executor.scheduleAtFixedRate(() -> {}, TICK, TICK, TimeUnit.NANOSECONDS);
    }

    /**
     * Runs an action once a time has passed, unless the future is cancelled before. A time of more
     * than some 146 years does not pass.
     */
    public Future<?> after(Duration limit, Runnable action) {
        return executor.schedule(action, nanos(limit), TimeUnit.NANOSECONDS);
    }

    /** A time in nanoseconds; the most there can be if it is longer. */
    static long nanos(Duration limit) {
        return TimeUnit.NANOSECONDS.convert(limit);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
