package dev.frontdoor.invocation.thread;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import java.util.concurrent.locks.LockSupport;

/** One of the {@link PlatformThreads}. Its fields are guarded by their lock. */
final class PooledThread implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(PooledThread.class);

    private static final int MAX_EMPTY_LOOKS = 50;

    private static final ThreadLocal<PooledThread> CURRENT = new ThreadLocal<>();

    private final PlatformThreads threads;

    /** Set before it is started. */
    @Nullable Thread thread;

    /** Whether it looks for tasks: it is neither idle nor on standby. */
    boolean awake;

    /** The round in which it was last counted as awake. */
    int round;

    /** The first task that waited when it last looked, on standby. */
    private @Nullable Runnable seen;

    /** How often in a row no task waited when it looked. */
    private int emptyLooks;

    PooledThread(PlatformThreads threads) {
        this.threads = threads;
    }

    /** The one that calls; null on other threads. */
    static @Nullable PooledThread current() {
        return CURRENT.get();
    }

    PlatformThreads threads() {
        return threads;
    }

    /** Whether it has looked in vain for long. Called at each look, with the first task. */
    boolean isSuperfluous(@Nullable Runnable first) {
        emptyLooks = first == null ? emptyLooks + 1 : 0;
        return emptyLooks >= MAX_EMPTY_LOOKS;
    }

    /** Whether this task was the first at the look before, too. */
    boolean hasSeen(Runnable first) {
        boolean again = first.equals(seen);
        seen = again ? null : first;
        return again;
    }

    static void wake(@Nullable PooledThread woken) {
        if (woken != null) {
            LockSupport.unpark(woken.thread);
        }
    }

    @Override
    public void run() {
        CURRENT.set(this);
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
