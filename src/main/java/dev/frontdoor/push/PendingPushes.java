package dev.frontdoor.push;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The pending pushes, by pid and correlation id. Only the caller that removes a push may complete
 * it, so each push has exactly one outcome. One lock guards all of them; it is held for a lookup,
 * never for a callback.
 */
final class PendingPushes {

    private final Map<Long, Map<Long, PendingPush>> byPid = new HashMap<>();

    /** Adds a push; false if its worker already has the maximum number. */
    synchronized boolean add(PendingPush push, int max) {
        Map<Long, PendingPush> ofWorker = byPid.computeIfAbsent(push.pid, _ -> new HashMap<>());
        if (ofWorker.size() >= max) {
            return false;
        }
        ofWorker.put(push.correlationId, push);
        return true;
    }

    /** Removes a push; null if it is not pending. */
    synchronized @Nullable PendingPush remove(long pid, long correlationId) {
        Map<Long, PendingPush> ofWorker = byPid.get(pid);
        if (ofWorker == null) {
            return null;
        }
        PendingPush push = ofWorker.remove(correlationId);
        if (ofWorker.isEmpty()) {
            byPid.remove(pid);
        }
        return push;
    }

    /** Removes all pushes of a worker. */
    synchronized Collection<PendingPush> removeAll(long pid) {
        Map<Long, PendingPush> ofWorker = byPid.remove(pid);
        return ofWorker == null ? List.of() : ofWorker.values();
    }

    /** The number of pending pushes of a worker. */
    synchronized int count(long pid) {
        Map<Long, PendingPush> ofWorker = byPid.get(pid);
        return ofWorker == null ? 0 : ofWorker.size();
    }
}
