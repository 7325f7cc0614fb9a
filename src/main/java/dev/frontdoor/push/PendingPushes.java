package dev.frontdoor.push;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The pushes that have not ended, by pid and correlation id. Whoever takes one out is the one to
 * end it, so each ends once. One lock for all: it is held for a look-up, never for a callback.
 */
final class PendingPushes {

    private final Map<Long, Map<Long, PendingPush>> byPid = new HashMap<>();

    /** Puts a push in, unless its worker has so many already. */
    synchronized boolean add(PendingPush push, int max) {
        Map<Long, PendingPush> ofWorker = byPid.computeIfAbsent(push.pid, _ -> new HashMap<>());
        if (ofWorker.size() >= max) {
            return false;
        }
        ofWorker.put(push.correlationId, push);
        return true;
    }

    /** Takes a push out; null if it is not there. */
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

    /** Takes all pushes of a worker out. */
    synchronized Collection<PendingPush> removeAll(long pid) {
        Map<Long, PendingPush> ofWorker = byPid.remove(pid);
        return ofWorker == null ? List.of() : ofWorker.values();
    }

    /** How many pushes a worker has not answered. */
    synchronized int count(long pid) {
        Map<Long, PendingPush> ofWorker = byPid.get(pid);
        return ofWorker == null ? 0 : ofWorker.size();
    }
}
