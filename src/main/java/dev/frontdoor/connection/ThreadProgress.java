package dev.frontdoor.connection;

import io.micrometer.core.instrument.Clock;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Finds threads of the service that no longer run their tasks: a thread of its own gives each of
 * them a task, and another one when that has run. A pause of the process does not count.
 *
 * <p>The event loops are watched, and the thread of the timeouts. Unregister calls have no thread
 * beside these: an event loop starts them, the timeouts end the wait for each, and they run on the
 * threads of their notifier, which are not watched.
 */
public final class ThreadProgress implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ThreadProgress.class);

    /** How often threads are checked. */
    static final Duration INTERVAL = Duration.ofMillis(500);

    /** The time without progress after which a restart is the remedy. */
    static final Duration MAX_STALL = Duration.ofSeconds(30);

    private final ConcurrentMap<String, WatchedThread> threads = new ConcurrentSkipListMap<>();
    private final ScheduledExecutorService executor;
    private final RunningTime time;
    private volatile List<String> stalled = List.of();

    ThreadProgress(ScheduledExecutorService executor, Clock clock) {
        this.executor = executor;
        this.time = new RunningTime(clock);
        Future<?> _ =
                executor.scheduleWithFixedDelay(
                        this::check, INTERVAL.toNanos(), INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
    }

    static ThreadProgress onOwnThread(Clock clock) {
        return new ThreadProgress(
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("thread-progress").factory()),
                clock);
    }

    /**
     * Watches a thread from now on.
     *
     * @param name what operators read
     * @param thread runs tasks on the thread
     */
    public void watch(String name, Executor thread) {
        threads.put(name, new WatchedThread(thread));
    }

    /** Watches a thread no longer, since it ends. */
    public void unwatch(String name) {
        threads.remove(name);
    }

    /** The names of the threads that have run no task for 30 s. */
    public List<String> stalled() {
        return stalled;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private void check() {
        try {
            checkAll();
        } catch (Throwable e) {
            // Thrown on, it would end all further checks.
            log.error("the progress of threads could not be checked", e);
        }
    }

    private void checkAll() {
        long now = time.now();
        List<String> found =
                threads.entrySet().stream()
                        .filter(thread -> thread.getValue().isStalled(now))
                        .map(thread -> thread.getKey())
                        .toList();
        if (!found.equals(stalled)) {
            log.error("threads that have run no task for {}: {}", MAX_STALL, found);
            stalled = found;
        }
    }

    /** A thread, and the task that it was given last. Used by the thread that checks. */
    private static final class WatchedThread {

        private final Executor thread;
        private volatile boolean idle = true;
        private long since;

        WatchedThread(Executor thread) {
            this.thread = thread;
        }

        boolean isStalled(long now) {
            if (idle) {
                since = now;
                submit();
            }
            return now - since >= MAX_STALL.toNanos();
        }

        /** A thread that takes no task any more has ended with the service. */
        private void submit() {
            idle = false;
            try {
                thread.execute(() -> idle = true);
            } catch (RejectedExecutionException e) {
                idle = true;
            }
        }
    }
}
