package dev.frontdoor.push;

import dev.frontdoor.registration.ReservedFrame;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The pending pushes, by pid and correlation id. Only the caller that removes a push may report its
 * outcome, so each push has exactly one. One lock guards all of them; it is held for a lookup,
 * never for a callback.
 */
final class PendingPushes {

    private final Map<Long, Map<Long, PendingPush>> byPid = new HashMap<>();

    /** Adds a push; false if its worker already has the maximum number. */
    synchronized boolean add(PendingPush push, int max) {
        Map<Long, PendingPush> ofWorker =
                byPid.computeIfAbsent(push.pid, _ -> new LinkedHashMap<>());
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

    /** Whether a push is pending. */
    synchronized boolean contains(PendingPush push) {
        Map<Long, PendingPush> ofWorker = byPid.get(push.pid);
        return ofWorker != null && ofWorker.containsKey(push.correlationId);
    }

    /** Removes all pushes of a worker. */
    synchronized Collection<PendingPush> removeAll(long pid) {
        Collection<PendingPush> ofWorker = ofWorker(pid);
        byPid.remove(pid);
        return ofWorker;
    }

    /** Removes the pushes of a worker that wait for a decision. */
    synchronized List<PendingPush> removeWaiting(long pid) {
        List<PendingPush> waiting = ofWorker(pid).stream().filter(PendingPush::isWaiting).toList();
        waiting.forEach(push -> remove(pid, push.correlationId));
        return waiting;
    }

    /**
     * The frames of the pushes of a worker that wait for a decision, in order. They stay pending.
     */
    synchronized List<ReservedFrame> takeFrames(long pid) {
        Collection<PendingPush> ofWorker = ofWorker(pid);
        if (ofWorker.isEmpty()) {
            return List.of();
        }
        List<ReservedFrame> frames = new ArrayList<>();
        for (PendingPush push : ofWorker) {
            ReservedFrame frame = push.takeFrame();
            if (frame != null) {
                frames.add(frame);
            }
        }
        return frames;
    }

    /** The frame of a push that waits for a decision; null if it has been taken, or given up. */
    synchronized @Nullable ReservedFrame takeFrame(PendingPush push) {
        return contains(push) ? push.takeFrame() : null;
    }

    /** The number of pending pushes of a worker. */
    synchronized int count(long pid) {
        return ofWorker(pid).size();
    }

    /** The number of pending pushes of a worker whose outcome somebody waits for. */
    synchronized int awaited(long pid) {
        int awaited = 0;
        for (PendingPush push : ofWorker(pid)) {
            awaited += push.isAwaited() ? 1 : 0;
        }
        return awaited;
    }

    private Collection<PendingPush> ofWorker(long pid) {
        Map<Long, PendingPush> ofWorker = byPid.get(pid);
        return ofWorker == null ? List.of() : ofWorker.values();
    }
}
