package dev.frontdoor.push;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The workers that are about to be closed, so that they get no further push. Any thread. */
final class ClosingWorkers {

    private final Set<Long> pids = ConcurrentHashMap.newKeySet();
    private volatile boolean all;

    /** Adds a worker; false if it is one already. */
    boolean add(long pid) {
        return pids.add(pid);
    }

    void remove(long pid) {
        pids.remove(pid);
    }

    /** Sets whether all workers are about to be closed. */
    void setAll(boolean all) {
        this.all = all;
    }

    boolean contains(long pid) {
        return all || pids.contains(pid);
    }
}
