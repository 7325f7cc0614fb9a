package dev.frontdoor.websocket;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Finds a worker's address: its socket's address, or, behind trusted proxies, the last address in
 * {@code X-Forwarded-For} that is not a trusted proxy's.
 */
final class ClientAddress {

    private final List<IpSubnetFilterRule> trusted;

    /**
     * Trusts these proxies.
     *
     * @param trustedProxies addresses, or ranges as 10.0.0.0/8
     * @throws IllegalArgumentException for what is neither
     */
    ClientAddress(List<String> trustedProxies) {
        trusted = trustedProxies.stream().map(ClientAddress::rule).toList();
    }

    /** The address, as {@code host:port} if it is the socket's and as {@code host} otherwise. */
    String of(SocketAddress peer, List<String> forwardedFor) {
        if (!(peer instanceof InetSocketAddress inet)) {
            return String.valueOf(peer);
        }
        String direct = NetUtil.toSocketAddressString(inet);
        if (!isTrusted(inet)) {
            return direct;
        }
        String client = direct;
        for (String hop : List.of(String.join(",", forwardedFor).split(",")).reversed()) {
            byte[] address = NetUtil.createByteArrayFromIpAddressString(hop.strip());
            if (address == null) {
                break;
            }
            InetSocketAddress forwarded = new InetSocketAddress(inetAddress(address), 0);
            client = NetUtil.toAddressString(forwarded.getAddress());
            if (!isTrusted(forwarded)) {
                break;
            }
        }
        return client;
    }

    private boolean isTrusted(InetSocketAddress address) {
        return trusted.stream().anyMatch(rule -> rule.matches(address));
    }

    private static IpSubnetFilterRule rule(String range) {
        String[] parts = range.split("/", 2);
        byte[] address = NetUtil.createByteArrayFromIpAddressString(parts[0]);
        try {
            if (address != null) {
                int bits = parts.length == 1 ? address.length * 8 : Integer.parseInt(parts[1]);
                return new IpSubnetFilterRule(inetAddress(address), bits, IpFilterRuleType.ACCEPT);
            }
        } catch (IllegalArgumentException e) {
            throw unusable(range, e);
        }
        throw unusable(range, null);
    }

    private static IllegalArgumentException unusable(String range, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "frontdoor.limits.trusted-proxies must contain IP addresses or ranges such as"
                        + " 10.0.0.0/8, was '"
                        + range
                        + "'",
                cause);
    }

    private static InetAddress inetAddress(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 4 or 16 bytes is one", e);
        }
    }
}
