package dev.frontdoor.directory;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The pids whose entries may differ from the live table, oldest first. What differs is read when a
 * pid is taken, so any number of changes of a pid need one place. Used by any thread.
 */
final class DirtyPids {

    private final Map<Long, Dirty> pids = new LinkedHashMap<>();

    /**
     * A pid, until its entry was written.
     *
     * @param since the monotonic time of its first change
     * @param written completes when its entry is written
     */
    record Dirty(long pid, long since, CompletableFuture<Void> written) {}

    /** Adds a pid, unless it is there. */
    synchronized Dirty add(long pid, long now) {
        Dirty dirty =
                pids.computeIfAbsent(pid, _ -> new Dirty(pid, now, new CompletableFuture<>()));
        notifyAll();
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
                CompletableFuture<Void> _ =
                        dirty.written.thenRun(() -> later.written.complete(null));
            }
        }
        notifyAll();
    }

    synchronized int size() {
        return pids.size();
    }

    /** Waits until there is a pid, at most so long. */
    synchronized void await(long nanos) throws InterruptedException {
        if (pids.isEmpty() && nanos > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
        }
    }
}
