package dev.frontdoor.connection;

import dev.frontdoor.invocation.thread.WakeUps;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.AbstractEventExecutor;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Runs what comes from other threads on a connection's event loop. Used by any thread, unless a
 * method says otherwise.
 */
final class LoopTasks {

    private static final Logger log = LoggerFactory.getLogger(LoopTasks.class);

    private final EventLoop loop;
    private final Consumer<Throwable> onFailure;
    private @Nullable Future<?> delayed;

    /**
     * The tasks of one connection.
     *
     * @param onFailure receives what a task throws, on the event loop
     */
    LoopTasks(EventLoop loop, Consumer<Throwable> onFailure) {
        this.loop = loop;
        this.onFailure = onFailure;
    }

    EventLoop loop() {
        return loop;
    }

    /** Runs a task, unless the event loop has ended, and all its connections with it. */
    void run(Runnable task) {
        try {
            execute(() -> guard(task));
        } catch (RejectedExecutionException e) {
            log.debug("a task came after the end of its event loop");
        }
    }

    private void execute(Runnable task) {
        if (WakeUps.areLate() && loop instanceof AbstractEventExecutor lazy) {
            lazy.lazyExecute(task);
            WakeUps.wakeSoon(loop);
        } else {
            loop.execute(task);
        }
    }

    /** Runs a task after a delay in nanoseconds. At most one task is delayed at a time. */
    void runAfter(LongSupplier delay, Runnable task) {
        run(() -> {
            long nanos = delay.getAsLong();
            if (nanos == 0) {
                task.run();
            } else {
                delayed = schedule(nanos, task);
            }
        });
    }

    /** Runs a task after a delay in nanoseconds, unless the result is canceled before. */
    Future<?> schedule(long nanos, Runnable task) {
        return loop.schedule(() -> guard(task), nanos, TimeUnit.NANOSECONDS);
    }

    /** Drops the task that is delayed, if there is one. Called on the event loop. */
    void cancelDelayed() {
        if (delayed != null) {
            delayed.cancel(false);
        }
    }

    /** Runs a task now; what it throws ends the connection. Called on the event loop. */
    void guard(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            onFailure.accept(e);
        }
    }
}
