package dev.frontdoor.connection.address;

import dev.frontdoor.registration.RemoteAddress;
import dev.frontdoor.registration.settings.ProxyProtocol;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * Finds the address that a worker connects from. It is the socket's, unless a trusted proxy names
 * another one: in a header of the PROXY protocol, or in {@code X-Forwarded-For}. Used by any event
 * loop.
 */
public final class ClientAddresses {

    private static final AttributeKey<InetSocketAddress> PROXIED =
            AttributeKey.valueOf(ClientAddresses.class, "proxied");

    private final TrustedProxies proxies;
    private final Duration timeout;
    private final ProxyHeaderMetrics metrics;

    /**
     * Finds the addresses behind these proxies.
     *
     * @param timeout time for a header of the PROXY protocol
     */
    ClientAddresses(TrustedProxies proxies, Duration timeout, ProxyHeaderMetrics metrics) {
        this.proxies = proxies;
        this.timeout = timeout;
        this.metrics = metrics;
    }

    /**
     * Checks that there are proxies that may send a header.
     *
     * @param setting the name of the protocol's setting
     * @throws IllegalArgumentException if the PROXY protocol is on and no proxy is trusted
     */
    public void requireProxies(String setting, ProxyProtocol protocol) {
        if (protocol != ProxyProtocol.OFF && proxies.isEmpty()) {
            throw new IllegalArgumentException(
                    setting
                            + " needs the senders in frontdoor.limits.trusted-proxies, which is"
                            + " empty");
        }
    }

    /**
     * Reads the header of the PROXY protocol that a new channel may or must begin with. Called on
     * its event loop, before anything was read from it, TLS included.
     *
     * @param onAddress called on that loop with the address that the header names, if it names one;
     *     returns whether the channel is to be served. If not, it is closed soon, and nothing that
     *     it sends is passed on
     */
    public void expectHeader(Channel channel, ProxyProtocol protocol, Predicate<String> onAddress) {
        if (protocol == ProxyProtocol.OFF) {
            return;
        }
        if (channel.remoteAddress() instanceof InetSocketAddress peer && proxies.contains(peer)) {
            ProxyHeaderHandler handler =
                    new ProxyHeaderHandler(
                            timeout,
                            metrics,
                            address -> {
                                channel.attr(PROXIED).set(address);
                                return onAddress.test(of(channel, List.of()));
                            });
            channel.pipeline()
                    .addFirst(handler)
                    .addFirst(new ProxyHeaderDetector(handler, protocol == ProxyProtocol.REQUIRED));
        } else if (protocol == ProxyProtocol.REQUIRED) {
            metrics.refused(ProxyHeaderRefusal.NOT_TRUSTED);
            channel.pipeline().addFirst(new DiscardedReads());
            channel.eventLoop()
                    .execute(() -> {
                        ChannelFuture _ = channel.close();
                    });
        }
    }

    /**
     * Whether an address is a trusted proxy's.
     *
     * @param address {@code host:port} or {@code host}
     */
    public boolean isProxy(String address) {
        if (proxies.isEmpty()) {
            return false;
        }
        InetAddress host = IpAddress.parse(RemoteAddress.host(address));
        return host != null && proxies.contains(new InetSocketAddress(host, 0));
    }

    /**
     * The address of a worker.
     *
     * @param forwardedFor the values of {@code X-Forwarded-For}; empty if the transport has none
     * @return {@code host:port}, or {@code host} if it comes from {@code forwardedFor}
     */
    public String of(Channel channel, List<String> forwardedFor) {
        // To look up an attribute creates it.
        InetSocketAddress proxied = channel.hasAttr(PROXIED) ? channel.attr(PROXIED).get() : null;
        SocketAddress peer = proxied == null ? channel.remoteAddress() : proxied;
        if (!(peer instanceof InetSocketAddress direct)) {
            return String.valueOf(peer);
        }
        String client = NetUtil.toSocketAddressString(direct);
        if (!proxies.contains(direct)) {
            return client;
        }
        for (String hop : List.of(String.join(",", forwardedFor).split(",")).reversed()) {
            if (hop.isBlank()) {
                continue;
            }
            InetAddress address = IpAddress.ofHop(hop);
            if (address == null) {
                break;
            }
            client = NetUtil.toAddressString(address);
            if (!proxies.contains(new InetSocketAddress(address, 0))) {
                break;
            }
        }
        return client;
    }
}
