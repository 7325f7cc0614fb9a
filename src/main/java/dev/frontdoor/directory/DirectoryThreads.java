package dev.frontdoor.directory;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of the directory: {@code directory} renews the lease and writes entries, {@code
 * directory-cleaner} looks for dead instances and calls listeners.
 */
final class DirectoryThreads implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(DirectoryThreads.class);

    /** How long a stop waits for the last entries. */
    private static final Duration LAST_WRITES = Duration.ofSeconds(3);

    /** How many batches are written at a stop. */
    private static final int LAST_BATCHES = 20;

    private final Membership membership;
    private final DirtyPids dirty;
    private final DeadInstances deadInstances;
    private final ChangeStream changes;
    private final Duration renewalInterval;
    private final ScheduledExecutorService cleaner;
    private final Thread writer;
    private volatile boolean running;

    DirectoryThreads(
            Membership membership,
            DirtyPids dirty,
            DeadInstances deadInstances,
            ChangeStream changes,
            Duration renewalInterval,
            ScheduledExecutorService cleaner) {
        this.membership = membership;
        this.dirty = dirty;
        this.deadInstances = deadInstances;
        this.changes = changes;
        this.renewalInterval = renewalInterval;
        this.cleaner = cleaner;
        this.writer = Thread.ofPlatform().daemon().name("directory").unstarted(this::write);
    }

    /** The executor of the cleaner. */
    static ScheduledExecutorService cleaner() {
        // After its shutdown, nobody who has a task for it fails.
        return new ScheduledThreadPoolExecutor(
                1,
                Thread.ofPlatform().daemon().name("directory-cleaner").factory(),
                new ThreadPoolExecutor.DiscardPolicy());
    }

    @Override
    public void start() {
        running = true;
        writer.start();
        long interval = renewalInterval.toNanos();
        var _ =
                cleaner.scheduleWithFixedDelay(
                        this::clean, interval, interval, TimeUnit.NANOSECONDS);
    }

    /** Ends after the workers' connections, and before the connections to Redis. */
    @Override
    public void stop() {
        running = false;
        cleaner.shutdownNow();
        try {
            if (!writer.join(LAST_WRITES)) {
                writer.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        changes.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return 1;
    }

    private void write() {
        try {
            while (running) {
                pause(step());
            }
            for (int i = 0; i < LAST_BATCHES && dirty.size() > 0; i++) {
                pause(step());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        membership.leave();
    }

    /** Nanoseconds until the next step. */
    private long step() {
        try {
            return membership.step();
        } catch (RuntimeException | Error e) {
            log.error("the directory could not be written", e);
            return TimeUnit.SECONDS.toNanos(1);
        }
    }

    private void pause(long nanos) throws InterruptedException {
        if (dirty.size() > 0) {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } else {
            // A stop is noticed by then.
            dirty.await(Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(100)));
        }
    }

    private void clean() {
        guarded(() -> changes.check(deadInstances.step(changes.isWatched())));
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("the directory could not be cleaned up", e);
        }
    }
}
