package dev.frontdoor.connection;

import dev.frontdoor.connection.address.Network;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Counts the open connections of each address. The addresses of one IPv6 network of 64 bits count
 * as one, because one host may have them all. Used by any thread.
 */
final class ConnectionsPerAddress {

    private final int limit;
    private final ConcurrentMap<String, Integer> counts = new ConcurrentHashMap<>();

    /**
     * Counts for a limit.
     *
     * @param limit how many connections an address may have; 0 for any number, without counting
     */
    ConnectionsPerAddress(int limit) {
        this.limit = limit;
    }

    int limit() {
        return limit;
    }

    /** Counts a connection. Returns whether its address has more than the limit now. */
    boolean opened(String remoteAddress) {
        return limit > 0 && counts.merge(Network.of(remoteAddress), 1, Integer::sum) > limit;
    }

    void ended(String remoteAddress) {
        if (limit > 0) {
            counts.computeIfPresent(
                    Network.of(remoteAddress), (_, count) -> count == 1 ? null : count - 1);
        }
    }
}
