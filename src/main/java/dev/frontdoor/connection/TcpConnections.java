package dev.frontdoor.connection;

import dev.frontdoor.connection.address.ClientAddresses;
import dev.frontdoor.registration.RefusalLog;
import dev.frontdoor.registration.settings.ProxyProtocol;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.AttributeKey;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

/**
 * The TCP connections of the workers' ports, in total and of each address. Each counts from its
 * accept until it is closed, whatever it is used for and however its worker's connection has ended.
 * Used by any thread.
 *
 * <p>Those beyond a limit are closed unanswered. There may be a few more than workers, so that a
 * worker beyond a limit can be told so. The connections of a trusted proxy count in total only,
 * until the address of the client behind it is known.
 */
public final class TcpConnections implements AcceptLimit {

    private static final Logger log = LoggerFactory.getLogger(TcpConnections.class);

    /** The address for which a channel counts. */
    private static final AttributeKey<String> COUNTED_FOR =
            AttributeKey.valueOf(TcpConnections.class, "countedFor");

    private final ClientAddresses addresses;
    private final int limit;
    private final ConnectionsPerAddress perAddress;
    private final TcpConnectionMetrics metrics;
    private final RefusalLog refusals;

    /**
     * Counts connections.
     *
     * @param limit how many may be open
     */
    TcpConnections(
            ClientAddresses addresses,
            int limit,
            ConnectionsPerAddress perAddress,
            TcpConnectionMetrics metrics,
            RefusalLog refusals) {
        this.addresses = addresses;
        this.limit = limit;
        this.perAddress = perAddress;
        this.metrics = metrics;
        this.refusals = refusals;
    }

    @Override
    public boolean admit(Channel channel) {
        String peer = addresses.of(channel, List.of());
        TcpRefusal refusal = refusal(channel, peer);
        if (refusal == null) {
            channel.closeFuture().addListener(_ -> closed(channel));
            return true;
        }
        refused(channel, peer, refusal);
        channel.unsafe().closeForcibly();
        closed(channel);
        return false;
    }

    private @Nullable TcpRefusal refusal(Channel channel, String peer) {
        if (metrics.opened() > limit) {
            return TcpRefusal.TOTAL;
        }
        return count(channel, peer) ? null : TcpRefusal.ADDRESS;
    }

    /**
     * Reads the header of the PROXY protocol that a new channel may or must begin with. Called once
     * for each channel on its event loop, before anything was read from it, TLS included.
     */
    public void expectHeader(Channel channel, ProxyProtocol protocol) {
        addresses.expectHeader(channel, protocol, client -> identify(channel, client));
    }

    /**
     * Counts a channel for the address of its client, which is known now, and no longer for another
     * one. Closes the channel if this address has too many. Called on its event loop.
     *
     * @param client what {@link ClientAddresses#of} has found
     * @return whether the channel is to be served; false if it is closed
     */
    public boolean identify(Channel channel, String client) {
        if (count(channel, client)) {
            return true;
        }
        refused(channel, client, TcpRefusal.ADDRESS);
        // The channel may still be in the middle of its setup.
        channel.eventLoop()
                .execute(() -> {
                    ChannelFuture _ = channel.close();
                });
        return false;
    }

    /** Counts a channel for this address alone. Returns false if the address has too many. */
    private boolean count(Channel channel, String client) {
        if (client.equals(channel.attr(COUNTED_FOR).get())) {
            // The same text as that of the worker's connection: it is kept once.
            channel.attr(COUNTED_FOR).set(client);
            return true;
        }
        if (addresses.isProxy(client)) {
            return true;
        }
        uncount(channel);
        channel.attr(COUNTED_FOR).set(client);
        return !perAddress.opened(client);
    }

    private void closed(Channel channel) {
        uncount(channel);
        metrics.closed();
    }

    private void uncount(Channel channel) {
        @Nullable String counted = channel.attr(COUNTED_FOR).getAndSet(null);
        if (counted != null) {
            perAddress.ended(counted);
        }
    }

    private void refused(Channel channel, String peer, TcpRefusal refusal) {
        metrics.refused(refusal);
        refusals.log(
                "TCP connections beyond a limit",
                peer,
                () ->
                        log.warn(
                                "closing a TCP connection of {} to port {}: {}",
                                peer,
                                port(channel.localAddress()),
                                refusal.reason()));
    }

    private static Object port(SocketAddress local) {
        return local instanceof InetSocketAddress address ? address.getPort() : local;
    }
}
