package dev.frontdoor.directory;

import dev.frontdoor.directory.DirtyPids.Dirty;
import dev.frontdoor.notifier.FleetWorker;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Changes that are written in one step, as the live table is now.
 *
 * @param sent the pids that it settles; the others of those that were taken have no room
 * @param put those of them that have an entry afterwards
 * @param changes arguments of the script: a pid and its entry, or nothing, for each change
 */
record Batch(List<Dirty> sent, Set<Long> put, List<Object> changes) {

    /** Pids of one batch. */
    static final int MAX_SIZE = 64;

    /** Bytes after which a batch is closed; a script takes some milliseconds for them. */
    private static final int MAX_BYTES = 128 * 1024;

    private static final byte[] NOTHING = {};

    /**
     * A batch of these pids, as far as there is room.
     *
     * @param written the pids that may have an entry
     */
    static Batch of(
            List<Dirty> taken, HeldWorkers held, Set<Long> written, List<String> indexedLabels) {
        Batch batch = new Batch(new ArrayList<>(), new HashSet<>(), new ArrayList<>());
        int bytes = 0;
        for (Dirty next : taken) {
            FleetWorker worker = held.find(next.pid());
            byte[] entry = worker == null ? NOTHING : Entry.write(worker, indexedLabels);
            if (bytes > 0 && bytes + entry.length > MAX_BYTES) {
                break;
            }
            bytes += entry.length;
            batch.sent.add(next);
            if (worker != null) {
                batch.put.add(next.pid());
            }
            if (worker != null || written.contains(next.pid())) {
                batch.changes.add(next.pid());
                batch.changes.add(entry);
            }
        }
        return batch;
    }
}
