package dev.frontdoor.invocation;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import java.util.concurrent.locks.LockSupport;

/** One of the {@link PlatformThreads}. Its fields are guarded by the monitor of those. */
final class PooledThread implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(PooledThread.class);

    private final PlatformThreads threads;

    /** Set before it is started. */
    @Nullable Thread thread;

    /** Whether it looks for tasks: it is neither idle nor on standby. */
    boolean awake;

    /** The round in which it was last counted as awake. */
    int round;

    /** The first task that waited when it last looked, on standby. */
    @Nullable Runnable seen;

    PooledThread(PlatformThreads threads) {
        this.threads = threads;
    }

    void wake() {
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        while (threads.awaitWork(this)) {
            for (Runnable task = threads.takeTask(this);
                    task != null;
                    task = threads.takeTask(this)) {
                run(task);
            }
        }
    }

    private void run(Runnable task) {
        long start = System.nanoTime();
        try {
            task.run();
        } catch (Throwable e) {
            log.error("a task of {} failed", Thread.currentThread().getName(), e);
        } finally {
            MDC.clear();
            threads.ran(this, System.nanoTime() - start);
        }
    }
}
