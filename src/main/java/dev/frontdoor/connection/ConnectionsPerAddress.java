package dev.frontdoor.connection;

import dev.frontdoor.connection.address.IpAddress;
import dev.frontdoor.registration.RemoteAddress;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Counts the open connections of each address. The addresses of one IPv6 network of 64 bits count
 * as one, because one host may have them all. Used by any thread.
 */
final class ConnectionsPerAddress {

    private static final int NETWORK_SIZE = 8;

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
        return limit > 0 && counts.merge(key(remoteAddress), 1, Integer::sum) > limit;
    }

    /** Whether an address has one connection, which was counted. */
    boolean hasOne(String remoteAddress) {
        return counts.getOrDefault(key(remoteAddress), 0) == 1;
    }

    void ended(String remoteAddress) {
        if (limit > 0) {
            counts.computeIfPresent(
                    key(remoteAddress), (_, count) -> count == 1 ? null : count - 1);
        }
    }

    private static String key(String remoteAddress) {
        String host = RemoteAddress.host(remoteAddress);
        InetAddress address = IpAddress.parse(host);
        if (address instanceof Inet6Address) {
            return HexFormat.of().formatHex(address.getAddress(), 0, NETWORK_SIZE);
        }
        return address == null ? host : address.getHostAddress();
    }
}
