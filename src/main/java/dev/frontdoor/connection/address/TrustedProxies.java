package dev.frontdoor.connection.address;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** The proxies whose word counts, by address. Used by any thread. */
final class TrustedProxies {

    private final List<IpSubnetFilterRule> ranges;

    /**
     * Trusts these proxies.
     *
     * @param ranges addresses, or ranges such as 10.0.0.0/8
     * @throws IllegalArgumentException for what is neither
     */
    TrustedProxies(List<String> ranges) {
        this.ranges = ranges.stream().map(TrustedProxies::rule).toList();
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    boolean contains(InetSocketAddress address) {
        for (IpSubnetFilterRule range : ranges) {
            if (range.matches(address)) {
                return true;
            }
        }
        return false;
    }

    private static IpSubnetFilterRule rule(String range) {
        String[] parts = range.split("/", 2);
        InetAddress address = IpAddress.parse(parts[0]);
        try {
            if (address != null) {
                int bits =
                        parts.length == 1
                                ? address.getAddress().length * Byte.SIZE
                                : Integer.parseInt(parts[1]);
                return new IpSubnetFilterRule(address, bits, IpFilterRuleType.ACCEPT);
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
}
