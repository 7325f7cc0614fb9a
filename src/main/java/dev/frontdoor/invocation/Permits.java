package dev.frontdoor.invocation;

import dev.frontdoor.invocation.thread.PlatformThreads;
import dev.frontdoor.invocation.thread.Timeouts;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many calls of one group a notifier may have at once. Each call needs a permit, which is a
 * thread of this group, until it has returned. Safe for use by any thread.
 */
final class Permits {

    private static final Duration THREAD_RETRY = Duration.ofSeconds(1);

    private final PlatformThreads threads;
    private final int maximum;
    private final AtomicInteger overdue = new AtomicInteger();

    /** At most so many permits, on threads that are called {@code NAME-1} and so on. */
    Permits(String name, int maximum) {
        this.threads = new PlatformThreads(name, maximum);
        this.maximum = maximum;
    }

    int maximum() {
        return maximum;
    }

    /** Runs a task with a permit. If the system has no thread left, this is tried again. */
    void execute(Runnable task, Timeouts timeouts) {
        try {
            threads.execute(task);
        } catch (Throwable e) {
            // The system has no thread or memory left: what is due waits until it has.
            Future<?> _ = timeouts.after(THREAD_RETRY, () -> execute(task, timeouts));
        }
    }

    /** Removes a task that still waits for a permit; false if it has one. */
    boolean remove(Runnable task) {
        return threads.remove(task);
    }

    /** A call has exceeded its timeout, and keeps its permit until it returns. */
    void becameOverdue() {
        overdue.incrementAndGet();
    }

    /** A call that had exceeded its timeout has returned. */
    void overdueReturned() {
        overdue.decrementAndGet();
    }

    /** The number of calls that have exceeded their timeout and have not returned. */
    int overdue() {
        return overdue.get();
    }

    /** Whether such calls have all permits. */
    boolean areStuck() {
        return overdue() >= maximum;
    }

    /** The number of permits that are in use. */
    int inUse() {
        return threads.busy();
    }

    /** The number of tasks that wait for a permit. */
    int waiting() {
        return threads.waiting();
    }
}
