package dev.frontdoor.directory;

import dev.frontdoor.directory.DirtyPids.Dirty;

import io.micrometer.core.instrument.Clock;

import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Marks entries to be written again, although their workers have not changed. */
final class EntryRepair {

    /** Entries that are written again with each renewal, in case an eviction has damaged them. */
    private static final int AUDITED = 50;

    /** Entries that are compared at once. */
    private static final int COMPARED = 1000;

    private final EpochSet epochs;
    private final HeldWorkers held;
    private final DirtyPids dirty;
    private final Runnable onLost;
    private final Clock clock;
    private Iterator<Long> audited = List.<Long>of().iterator();

    /**
     * Marks nothing yet.
     *
     * @param onLost what else is due when all entries are written again
     */
    EntryRepair(Redis redis, HeldWorkers held, DirtyPids dirty, Runnable onLost, Clock clock) {
        this.epochs = new EpochSet(redis);
        this.held = held;
        this.dirty = dirty;
        this.onLost = onLost;
        this.clock = clock;
    }

    /** Marks all workers. */
    void all() {
        held.pids().forEach(this::mark);
        onLost.run();
    }

    /** Marks the next few workers. */
    void some() {
        for (int i = 0; i < AUDITED && i < held.size(); i++) {
            if (!audited.hasNext()) {
                audited = held.pids().iterator();
            }
            if (audited.hasNext()) {
                mark(audited.next());
            }
        }
    }

    /**
     * Marks all workers, and the entries that Redis has too many.
     *
     * @param written takes the pids of all entries
     */
    void compare(Epoch epoch, Set<Long> written) {
        String last = "";
        List<String> ranks;
        do {
            ranks = epochs.ranksAfter(epoch, last, COMPARED);
            for (String rank : ranks) {
                long pid = Entry.pidOf(rank);
                written.add(pid);
                mark(pid);
                last = rank;
            }
        } while (ranks.size() == COMPARED);
        all();
    }

    private void mark(long pid) {
        Dirty _ = dirty.add(pid, clock.monotonicTime());
    }
}
