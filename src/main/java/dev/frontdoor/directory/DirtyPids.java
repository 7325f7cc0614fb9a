package dev.frontdoor.directory;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The pids whose entries may differ from the live table, oldest first. What differs is read when a
 * pid is taken, so any number of changes of a pid need one place. Used by any thread.
 */
final class DirtyPids {

    private final Map<Long, Dirty> pids = new LinkedHashMap<>();
    private final Semaphore changed = new Semaphore(0);

    /**
     * A pid, until its entry was written.
     *
     * @param since the monotonic time of its first change
     * @param written completes when its entry is written
     */
    record Dirty(long pid, long since, CompletableFuture<@Nullable Void> written) {}

    /** Adds a pid, unless it is there. */
    synchronized Dirty add(long pid, long now) {
        Dirty dirty =
                pids.computeIfAbsent(pid, _ -> new Dirty(pid, now, new CompletableFuture<>()));
        changed.release();
        return dirty;
    }

    /** Takes up to {@code max} pids. */
    synchronized List<Dirty> take(int max) {
        List<Dirty> taken = new ArrayList<>(Math.min(max, pids.size()));
        Iterator<Dirty> first = pids.values().iterator();
        while (taken.size() < max && first.hasNext()) {
            taken.add(first.next());
            first.remove();
        }
        return taken;
    }

    /** Puts back what was taken and not written. */
    synchronized void putBack(List<Dirty> taken) {
        for (Dirty dirty : taken) {
            Dirty later = pids.put(dirty.pid, dirty);
            if (later != null) {
                CompletableFuture<?> _ = dirty.written.thenRun(() -> later.written.complete(null));
            }
        }
        changed.release();
    }

    synchronized int size() {
        return pids.size();
    }

    /** Waits until there is a pid, at most so long. */
    void await(long nanos) throws InterruptedException {
        if (size() == 0) {
            boolean _ = changed.tryAcquire(nanos, TimeUnit.NANOSECONDS);
            int _ = changed.drainPermits();
        }
    }
}
