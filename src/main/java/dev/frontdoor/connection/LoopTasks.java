package dev.frontdoor.connection;

import io.netty.channel.EventLoop;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** Runs what comes from other threads on a connection's event loop. Used by any thread. */
final class LoopTasks {

    private static final Logger log = LoggerFactory.getLogger(LoopTasks.class);

    private final EventLoop loop;
    private final Consumer<Throwable> onFailure;

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
            loop.execute(() -> guard(task));
        } catch (RejectedExecutionException e) {
            log.debug("a task came after the end of its event loop");
        }
    }

    private void guard(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            onFailure.accept(e);
        }
    }
}
