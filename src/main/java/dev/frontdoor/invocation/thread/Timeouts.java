package dev.frontdoor.invocation.thread;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs actions when timeouts expire. An action must not block: all share one thread. An exception
 * of an action is logged and affects no other. Once closed, no timeout expires any more.
 */
public final class Timeouts implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Timeouts.class);

    private static final long TICK_MILLIS = 100;

    private final ScheduledExecutorService executor;

    /** Timeouts that this executor runs. It is shut down by {@link #close}. */
    public Timeouts(ScheduledExecutorService executor) {
        this.executor = executor;
    }

    /** Timeouts on a platform thread of their own. */
    public static Timeouts onOwnThread() {
        ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("timeouts").factory());
        executor.setRemoveOnCancelPolicy(true);
        executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        // The thread never sleeps for longer, so a new timeout need not wake it: that costs more.
        Future<?> _ =
                executor.scheduleAtFixedRate(
                        () -> {}, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        return new Timeouts(executor);
    }

    /**
     * Runs an action after a delay, unless the future is canceled before. Delays of more than 292
     * years count as 292 years.
     */
    public Future<?> after(Duration delay, Runnable action) {
        return executor.schedule(() -> run(action), nanos(delay), TimeUnit.NANOSECONDS);
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            log.error("the action of a timeout failed", e);
        }
    }

    /** A duration in nanoseconds; the largest number there is if the duration is longer. */
    public static long nanos(Duration duration) {
        return TimeUnit.NANOSECONDS.convert(duration);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
