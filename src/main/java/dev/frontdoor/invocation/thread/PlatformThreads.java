package dev.frontdoor.invocation.thread;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/**
 * A bounded set of platform threads for code that is not ours. The operating system shares the
 * processors between them and everything else, whatever that code does. Threads are started on
 * demand, and end when they have been idle for a while. Tasks wait in order; each task waits there
 * once at most. Safe for use by any thread.
 *
 * <p>To wake a thread costs more than a short task does. So while tasks are short, the threads that
 * are awake run what comes, and one more stands by: if the first task waits for longer than {@link
 * #PATIENCE}, the tasks before it are not short, and every task gets a thread at once.
 */
public final class PlatformThreads implements Executor {

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMillis(2);

    private final Mutex mutex = new Mutex();
    private final ThreadStarter starter;
    private final int maximum;
    private final long keepAlive;
    private final TaskDurations durations = new TaskDurations();
    private final WakeUps wakeUps = new WakeUps();
    private final SequencedSet<Runnable> waiting = new LinkedHashSet<>();
    private final Deque<PooledThread> idle = new ArrayDeque<>();
    private @Nullable PooledThread standby;
    private final AwakeThreads awake = new AwakeThreads();
    private int threads;

    /** At most so many threads, which are called {@code NAME-1}, {@code NAME-2} and so on. */
    public PlatformThreads(String name, int maximum) {
        this(name, maximum, KEEP_ALIVE);
    }

    PlatformThreads(String name, int maximum, Duration keepAlive) {
        this(
                Thread.ofPlatform()
                        .daemon()
                        .name(name + "-", 1)
                        .inheritInheritableThreadLocals(false)
                        .factory(),
                maximum,
                keepAlive);
    }

    PlatformThreads(ThreadFactory factory, int maximum, Duration keepAlive) {
        this.starter = new ThreadStarter(factory);
        this.maximum = maximum;
        this.keepAlive = keepAlive.toNanos();
    }

    /**
     * Runs a task on one of the threads, after those that wait already.
     *
     * @throws RejectedExecutionException if there is no thread, and the system cannot start one
     */
    @Override
    public void execute(Runnable task) {
        PooledThread woken;
        try (Mutex _ = mutex.lock()) {
            waiting.addLast(task);
            woken = wakeForTask();
            if (threads == 0) {
                waiting.removeLast();
                throw new RejectedExecutionException("no thread could be started");
            }
        }
        PooledThread.wake(woken);
    }

    /** Whether the executor is woken later, as this thread probably has more tasks for it. */
    boolean isWokenLater(Executor sleeper) {
        try (Mutex _ = mutex.lock()) {
            return standby != null && durations.areShort() && wakeUps.add(sleeper);
        }
    }

    /** Removes a task that still waits; false if it does not, because a thread has taken it. */
    public boolean remove(Runnable task) {
        try (Mutex _ = mutex.lock()) {
            return waiting.remove(task);
        }
    }

    /** The number of threads that run a task, or are about to. */
    public int busy() {
        try (Mutex _ = mutex.lock()) {
            return threads - idle.size() - (standby == null ? 0 : 1);
        }
    }

    int size() {
        try (Mutex _ = mutex.lock()) {
            return threads;
        }
    }

    /** The number of tasks that wait. */
    public int waiting() {
        try (Mutex _ = mutex.lock()) {
            return waiting.size();
        }
    }

    /** The thread to wake for a task that waits; null if none is needed, or there are no more. */
    private @Nullable PooledThread wakeForTask() {
        if (awake.none() || !durations.areShort()) {
            return nextAwake();
        }
        if (standby == null) {
            standby = idleOrNew();
            return standby;
        }
        return null;
    }

    private @Nullable PooledThread nextAwake() {
        PooledThread thread = idleOrNew();
        if (thread == null) {
            thread = standby;
            standby = null;
        }
        if (thread != null) {
            awake.join(thread);
        }
        return thread;
    }

    private @Nullable PooledThread idleOrNew() {
        // The thread that was idle for the shortest time, so that the others can end.
        PooledThread thread = idle.pollLast();
        return thread == null && threads < maximum ? start() : thread;
    }

    private @Nullable PooledThread start() {
        PooledThread thread = new PooledThread(this);
        if (!starter.start(thread)) {
            return null;
        }
        threads++;
        return thread;
    }

    /** The threads that were awake are held up by their tasks: this one takes their place. */
    private void relieveAll(PooledThread thread) {
        awake.giveUp();
        durations.expectLong();
        standby = null;
        awake.join(thread);
    }

    /** Counts a task that a thread has run; the thread looks for the next one. */
    void ran(PooledThread thread, long nanos) {
        try (Mutex _ = mutex.lock()) {
            durations.add(nanos);
            awake.join(thread);
        }
    }

    /** The next task; null if there is none, and the thread is idle from now on. */
    @SuppressWarnings("ThreadPriorityCheck") // saves time; nothing relies on it
    @Nullable Runnable takeTask(PooledThread thread) {
        Runnable task = takeWaiting(null);
        if (task != null) {
            return task;
        }
        // Whoever adds tasks may need this processor to do so.
        Thread.yield();
        return takeWaiting(thread);
    }

    /** Takes a task. If there is none, the thread is idle from now on, unless it is null. */
    private @Nullable Runnable takeWaiting(@Nullable PooledThread thread) {
        @Nullable Runnable task;
        @Nullable PooledThread woken;
        List<Executor> sleepers;
        try (Mutex _ = mutex.lock()) {
            task = waiting.isEmpty() ? null : waiting.removeFirst();
            woken = waiting.isEmpty() ? null : wakeForTask();
            sleepers = task == null || standby == null ? wakeUps.take() : List.of();
            if (task == null && thread != null) {
                awake.leave(thread);
                idle.addLast(thread);
            }
        }
        sleepers.forEach(WakeUps::wake);
        PooledThread.wake(woken);
        return task;
    }

    /** Waits until the thread is needed; false when it has been idle for long enough, and ends. */
    boolean awaitWork(PooledThread thread) {
        long since = System.nanoTime();
        while (true) {
            long wait;
            try (Mutex _ = mutex.lock()) {
                if (standby == thread) {
                    standBy(thread);
                }
                if (thread.awake) {
                    return true;
                }
                wait = standby == thread ? PATIENCE.toNanos() : keepAlive;
                if (standby != thread && System.nanoTime() - since >= keepAlive) {
                    boolean _ = idle.remove(thread);
                    threads--;
                    return false;
                }
            }
            LockSupport.parkNanos(this, wait);
            // An interrupt that came after its call would end every further wait at once.
            boolean _ = Thread.interrupted();
        }
    }

    private void standBy(PooledThread thread) {
        wakeUps.take().forEach(WakeUps::wake);
        Runnable first = waiting.isEmpty() ? null : waiting.getFirst();
        if (thread.isSuperfluous(first) || (first == null && awake.none())) {
            standby = null;
            idle.addFirst(thread);
        } else if (first != null && thread.hasSeen(first)) {
            relieveAll(thread);
        }
    }
}
