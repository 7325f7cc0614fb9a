package dev.frontdoor.connection.address;

import dev.frontdoor.registration.RemoteAddress;

import io.netty.util.NetUtil;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;

/** The network that stands for one peer, for limits and for failures. */
public final class Network {

    private static final int SIZE = 8;

    private Network() {}

    /**
     * The network of a remote address: its host, or the 64 bits of the IPv6 network that the host
     * is in, because one machine may have all addresses of such a network.
     */
    public static String of(String remoteAddress) {
        String host = RemoteAddress.host(remoteAddress);
        InetAddress address = IpAddress.parse(host);
        if (address instanceof Inet6Address) {
            byte[] bytes = address.getAddress();
            Arrays.fill(bytes, SIZE, bytes.length, (byte) 0);
            return NetUtil.bytesToIpAddress(bytes) + "/64";
        }
        return address == null ? host : address.getHostAddress();
    }
}
