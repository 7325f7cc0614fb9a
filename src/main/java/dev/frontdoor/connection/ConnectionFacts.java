package dev.frontdoor.connection;

import dev.frontdoor.connection.address.Network;

import java.time.Instant;

/**
 * What is known about a connection from its start and does not change.
 *
 * @param pid its number
 * @param remoteAddress where the worker connected from, as {@code host:port} or {@code host}
 * @param connectedAt when it was opened
 */
record ConnectionFacts(long pid, String remoteAddress, Instant connectedAt) {

    /** The network that the worker connects from: its address, or for IPv6 its first 64 bits. */
    String network() {
        return Network.of(remoteAddress);
    }
}
