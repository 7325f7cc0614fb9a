package dev.frontdoor.connection;

import dev.frontdoor.notifier.Principal;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Counts the open connections of each principal. Used by any thread. */
final class ConnectionsPerPrincipal {

    private final int limit;
    private final ConcurrentMap<Key, Integer> counts = new ConcurrentHashMap<>();

    /**
     * Counts for a limit.
     *
     * @param limit how many connections a principal may have; 0 for any number, without counting
     */
    ConnectionsPerPrincipal(int limit) {
        this.limit = limit;
    }

    int limit() {
        return limit;
    }

    /** Counts a connection. Returns whether its principal has more than the limit now. */
    boolean proven(Principal principal) {
        return limit > 0 && counts.merge(Key.of(principal), 1, Integer::sum) > limit;
    }

    void ended(Principal principal) {
        if (limit > 0) {
            counts.computeIfPresent(Key.of(principal), (_, count) -> count == 1 ? null : count - 1);
        }
    }

    private record Key(Principal.Kind kind, String name) {

        static Key of(Principal principal) {
            return new Key(principal.kind(), principal.name());
        }
    }
}
