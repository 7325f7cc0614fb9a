package dev.frontdoor.invocation;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/**
 * A bounded set of platform threads for code that is not ours. The operating system shares the
 * processors between them and everything else, whatever that code does. Threads are started on
 * demand, and end when they have been idle for a while. Tasks beyond the maximum wait in order;
 * each task waits there once at most. Safe for use by any thread.
 */
public final class PlatformThreads implements Executor {

    private static final Logger log = LoggerFactory.getLogger(PlatformThreads.class);

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

    private final ThreadFactory factory;
    private final int maximum;
    private final long keepAlive;
    private final SequencedSet<Runnable> waiting = new LinkedHashSet<>();
    private final Deque<Worker> idle = new ArrayDeque<>();
    private int threads;

    /** At most so many threads, which are called {@code NAME-1}, {@code NAME-2} and so on. */
    public PlatformThreads(String name, int maximum) {
        this(name, maximum, KEEP_ALIVE);
    }

    PlatformThreads(String name, int maximum, Duration keepAlive) {
        this.factory =
                Thread.ofPlatform()
                        .daemon()
                        .name(name + "-", 1)
                        .inheritInheritableThreadLocals(false)
                        .factory();
        this.maximum = maximum;
        this.keepAlive = keepAlive.toNanos();
    }

    /** Runs a task on one of the threads, after those that wait already. */
    @Override
    public void execute(Runnable task) {
        Worker worker;
        boolean started;
        synchronized (this) {
            // The thread that was idle for the shortest time, so that the others can end.
            worker = idle.pollLast();
            started = worker == null && threads < maximum;
            if (started) {
                threads++;
                worker = new Worker();
            }
            if (worker == null) {
                waiting.addLast(task);
                return;
            }
            worker.task = task;
        }
        if (started) {
            start(worker);
        } else {
            LockSupport.unpark(worker.thread);
        }
    }

    /** Removes a task that still waits; false if it does not, because a thread has taken it. */
    synchronized boolean remove(Runnable task) {
        return waiting.remove(task);
    }

    /** The number of threads that run a task. */
    synchronized int busy() {
        return threads - idle.size();
    }

    /** The number of threads that exist. */
    synchronized int size() {
        return threads;
    }

    /** The number of tasks that wait for a thread. */
    synchronized int waiting() {
        return waiting.size();
    }

    /** Starts a thread. If the system has none left, the task waits for one of the others. */
    private void start(Worker worker) {
        try {
            worker.thread.start();
        } catch (Throwable e) {
            log.error("thread {} could not be started", worker.thread.getName(), e);
            giveToOthers(worker);
        }
    }

    private synchronized void giveToOthers(Worker failed) {
        threads--;
        Runnable task = failed.task;
        Worker other = idle.pollLast();
        if (other != null) {
            other.task = task;
            LockSupport.unpark(other.thread);
        } else if (task != null) {
            waiting.addFirst(task);
        }
    }

    private final class Worker implements Runnable {

        final Thread thread = factory.newThread(this);

        /** The task to run next; set by whoever took this worker out of the idle ones. */
        @Nullable Runnable task;

        @Override
        public void run() {
            for (Runnable next = nextTask(); next != null; next = nextTask()) {
                try {
                    next.run();
                } catch (Throwable e) {
                    log.error("a task of {} failed", thread.getName(), e);
                } finally {
                    MDC.clear();
                }
            }
        }

        /** Waits for a task; null when the thread has been idle for long enough. */
        private @Nullable Runnable nextTask() {
            Runnable next = takeTask();
            long since = System.nanoTime();
            while (next == null) {
                LockSupport.parkNanos(PlatformThreads.this, keepAlive);
                // An interrupt that came after its call would end every further wait at once.
                boolean _ = Thread.interrupted();
                synchronized (PlatformThreads.this) {
                    next = task;
                    task = null;
                    if (next == null && System.nanoTime() - since >= keepAlive) {
                        boolean _ = idle.remove(this);
                        threads--;
                        return null;
                    }
                }
            }
            return next;
        }

        /** The task given at the start, or one that waits; otherwise this worker becomes idle. */
        private @Nullable Runnable takeTask() {
            synchronized (PlatformThreads.this) {
                Runnable next = task;
                task = null;
                if (next == null && !waiting.isEmpty()) {
                    next = waiting.removeFirst();
                }
                if (next == null) {
                    idle.addLast(this);
                }
                return next;
            }
        }
    }
}
