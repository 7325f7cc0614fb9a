package dev.frontdoor.invocation.thread;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Wakes executors that were given tasks by {@link PlatformThreads}. To wake one costs more than
 * most tasks, so it is done once for several.
 */
public final class WakeUps {

    private static final Logger log = LoggerFactory.getLogger(WakeUps.class);

    /** So many tasks wait for a wake-up at most. On another processor, they can begin meanwhile. */
    private static final int MAX_TASKS = 16;

    /** To be woken, in the order of their first tasks. Guarded by the threads' monitor. */
    private final List<Executor> sleepers = new ArrayList<>();

    private int tasks;

    WakeUps() {}

    /** Whether the calling thread is one of {@link PlatformThreads}, so that it may wake late. */
    public static boolean areLate() {
        return PooledThread.current() != null;
    }

    /**
     * Wakes an executor that sleeps although a task was added to it. One of the {@link
     * PlatformThreads} may do so a little later, once for what its next tasks add, too. While those
     * take long, another thread wakes the executor.
     */
    public static void wakeSoon(Executor sleeper) {
        PooledThread thread = PooledThread.current();
        if (thread == null || !thread.threads().isWokenLater(sleeper)) {
            wake(sleeper);
        }
    }

    /** Adds the executor of one more task; false if it has to be woken now. */
    boolean add(Executor sleeper) {
        tasks++;
        if (tasks >= MAX_TASKS) {
            tasks = 0;
            boolean _ = sleepers.remove(sleeper);
            return false;
        }
        if (!sleepers.contains(sleeper)) {
            sleepers.add(sleeper);
        }
        return true;
    }

    /** Removes and returns all. */
    List<Executor> take() {
        tasks = 0;
        if (sleepers.isEmpty()) {
            return List.of();
        }
        List<Executor> taken = List.copyOf(sleepers);
        sleepers.clear();
        return taken;
    }

    /** Wakes an executor, unless it has ended. */
    static void wake(Executor sleeper) {
        try {
            sleeper.execute(() -> {});
        } catch (RejectedExecutionException e) {
            log.debug("an executor ended before it was woken");
        }
    }
}
