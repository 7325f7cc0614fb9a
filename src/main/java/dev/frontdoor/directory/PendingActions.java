package dev.frontdoor.directory;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The actions that this instance awaits from others, by their numbers, as many as there is room
 * for. Used by any thread.
 */
final class PendingActions {

    private final Map<Long, Pending> actions;
    private final int max;
    private final long maxBytes;
    private long bytes;

    /**
     * An action without an outcome.
     *
     * @param size of its payload
     * @param since when it began, in nanoseconds
     */
    record Pending(
            String instance,
            FleetAction action,
            int size,
            long since,
            CompletableFuture<FleetOutcome> outcome) {

        /** Ends it, unless it has ended. */
        boolean end(FleetOutcome with) {
            return outcome.complete(with);
        }
    }

    /**
     * Room for actions.
     *
     * @param actions an empty map for any thread
     * @param maxBytes of all payloads together
     */
    PendingActions(Map<Long, Pending> actions, int max, long maxBytes) {
        this.actions = actions;
        this.max = max;
        this.maxBytes = maxBytes;
    }

    /** Adds an action; false if there is no room. Nobody else takes the same room. */
    synchronized boolean add(long id, Pending next) {
        if (actions.size() >= max || bytes + next.size > maxBytes) {
            return false;
        }
        actions.put(id, next);
        bytes += next.size;
        return true;
    }

    synchronized void remove(long id) {
        Pending removed = actions.remove(id);
        bytes -= removed == null ? 0 : removed.size;
    }

    @Nullable Pending find(long id) {
        return actions.get(id);
    }

    Collection<Pending> all() {
        return actions.values();
    }

    int size() {
        return actions.size();
    }
}
