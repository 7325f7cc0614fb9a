package dev.frontdoor.invocation.thread;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Time that passes only when a test says so: a clock, and an executor whose tasks run on the thread
 * that advances the time. Safe for use by any thread.
 */
public final class TestTime extends AbstractExecutorService
        implements Clock, ScheduledExecutorService {

    /** The bound of every wait for another thread. Mutation tests shorten it. */
    public static final Duration MAX_WAIT =
            Duration.ofSeconds(Integer.getInteger("test.max-wait", 30));

    private static final long START = Duration.ofDays(20_000).toMillis();

    private final PriorityQueue<Task<?>> tasks =
            new PriorityQueue<>(Comparator.comparingLong((Task<?> task) -> task.at));
    private long now;
    private boolean shutdown;
    private boolean failing;

    /** The next reading of the time throws. */
    public synchronized void failOnce() {
        failing = true;
    }

    /** Lets time pass, and runs each task at its moment. */
    public void advance(Duration duration) {
        long end = monotonicTime() + Timeouts.nanos(duration);
        for (Task<?> task = nextUntil(end); task != null; task = nextUntil(end)) {
            task.run();
        }
    }

    private synchronized @Nullable Task<?> nextUntil(long end) {
        Task<?> first = tasks.peek();
        boolean due = first != null && first.at <= end;
        now = Math.max(now, due ? first.at : end);
        return due ? tasks.poll() : null;
    }

    /** The number of tasks that have neither run nor been canceled. */
    public synchronized int scheduled() {
        return tasks.size();
    }

    @Override
    public synchronized long monotonicTime() {
        if (failing) {
            failing = false;
            throw new IllegalStateException("scripted");
        }
        return now;
    }

    @Override
    public synchronized long wallTime() {
        return START + TimeUnit.NANOSECONDS.toMillis(now);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return add(new Task<>(callable), delay, unit);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return schedule(
                () -> {
                    command.run();
                    return command;
                },
                delay,
                unit);
    }

    private synchronized <V> ScheduledFuture<V> add(Task<V> task, long delay, TimeUnit unit) {
        long nanos = Math.max(unit.toNanos(delay), 0);
        task.at = nanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + nanos;
        tasks.add(task);
        return task;
    }

    private synchronized void remove(Task<?> task) {
        tasks.remove(task);
    }

    @Override
    public void execute(Runnable command) {
        command.run();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
            Runnable command, long initialDelay, long period, TimeUnit unit) {
        throw new UnsupportedOperationException("no test needs it");
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
            Runnable command, long initialDelay, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("no test needs it");
    }

    @Override
    public synchronized void shutdown() {
        shutdown = true;
        tasks.clear();
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        return List.of();
    }

    @Override
    public synchronized boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return isShutdown();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return isShutdown();
    }

    private final class Task<V> extends FutureTask<V> implements ScheduledFuture<V> {

        private long at;

        Task(Callable<V> callable) {
            super(callable);
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            remove(this);
            return super.cancel(mayInterruptIfRunning);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(at - monotonicTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(
                    getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}
