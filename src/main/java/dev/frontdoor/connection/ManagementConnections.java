package dev.frontdoor.connection;

import dev.frontdoor.connection.address.ClientAddresses;
import dev.frontdoor.connection.address.Network;
import dev.frontdoor.registration.RefusalLog;

import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The TCP connections of the management port, in total and of each address. Each counts from its
 * accept until it is closed. Used by any thread.
 *
 * <p>An address beyond its limit gets no further connection. When all addresses together have too
 * many, the oldest connection of the address with the most is closed, so that a new one is always
 * served: no number of addresses keeps operators and probes out. What is being closed still counts,
 * and has some room of its own.
 */
public final class ManagementConnections implements AcceptLimit {

    private static final Logger log = LoggerFactory.getLogger(ManagementConnections.class);

    private final ClientAddresses addresses;
    private final int limit;
    private final int maxServed;
    private final int maxPerAddress;
    private final TcpConnectionMetrics metrics;
    private final RefusalLog refusals;

    /** Those that are served, the oldest first, with the networks of their clients. */
    private final Map<Channel, String> served = new LinkedHashMap<>();

    /**
     * Counts connections.
     *
     * @param limit how many may be open, those that are being closed included
     */
    ManagementConnections(
            ClientAddresses addresses,
            int limit,
            int maxPerAddress,
            TcpConnectionMetrics metrics,
            RefusalLog refusals) {
        this.addresses = addresses;
        this.limit = limit;
        this.maxServed = limit - Math.max(1, limit / 8);
        this.maxPerAddress = maxPerAddress;
        this.metrics = metrics;
        this.refusals = refusals;
    }

    @Override
    public boolean admit(Channel channel) {
        String peer = addresses.of(channel, List.of());
        TcpRefusal refusal = metrics.opened() > limit ? TcpRefusal.TOTAL : serve(channel, peer);
        if (refusal == null) {
            channel.closeFuture().addListener(_ -> closed(channel));
            return true;
        }
        refused(peer, refusal);
        channel.unsafe().closeForcibly();
        metrics.closed();
        return false;
    }

    private synchronized @Nullable TcpRefusal serve(Channel channel, String peer) {
        String network = Network.of(peer);
        if (served.values().stream().filter(network::equals).count() >= maxPerAddress) {
            return TcpRefusal.ADDRESS;
        }
        served.put(channel, network);
        makeRoom();
        return null;
    }

    /**
     * Gives up connections while there are too many. Called whenever there may be, also when a
     * channel has been registered with an event loop: before that, it cannot be given up, and many
     * may wait for a loop that is late.
     */
    public synchronized void makeRoom() {
        boolean given = true;
        while (given && served.size() > maxServed) {
            Optional<Channel> oldest = oldestOfTheMost();
            oldest.ifPresent(this::giveUp);
            given = oldest.isPresent();
        }
    }

    /** Of those that can be given up: empty if all still wait for their event loop. */
    private Optional<Channel> oldestOfTheMost() {
        Map<String, Integer> counts = new HashMap<>();
        served.values().forEach(network -> counts.merge(network, 1, Integer::sum));
        Channel found = null;
        int most = 0;
        for (Map.Entry<Channel, String> entry : served.entrySet()) {
            int count = counts.getOrDefault(entry.getValue(), 0);
            if (count > most && entry.getKey().isRegistered()) {
                found = entry.getKey();
                most = count;
            }
        }
        return Optional.ofNullable(found);
    }

    /** Closes a channel without its handlers, which would wait for its peer. */
    private void giveUp(Channel channel) {
        served.remove(channel);
        refused(addresses.of(channel, List.of()), TcpRefusal.TOTAL);
        channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
    }

    private void closed(Channel channel) {
        synchronized (this) {
            served.remove(channel);
        }
        metrics.closed();
    }

    private void refused(String peer, TcpRefusal refusal) {
        metrics.refused(refusal);
        refusals.log(
                "TCP connections beyond a limit of the management port",
                peer,
                () ->
                        log.warn(
                                "closing a TCP connection of {} to the management port: {}",
                                peer,
                                refusal.reason()));
    }
}
