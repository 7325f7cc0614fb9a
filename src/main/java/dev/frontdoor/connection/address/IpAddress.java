package dev.frontdoor.connection.address;

import io.netty.util.NetUtil;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads addresses, and never asks a name server. */
public final class IpAddress {

    private static final Pattern IN_BRACKETS = Pattern.compile("\\[([^]]*:[^]]*)](?::\\d{1,5})?");
    private static final Pattern WITH_PORT = Pattern.compile("(.+):\\d{1,5}");

    private IpAddress() {}

    /** The address that a text is; null if it is none. IPv4 within IPv6 becomes IPv4. */
    public static @Nullable InetAddress parse(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        try {
            return bytes == null ? null : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 4 or 16 bytes is one", e);
        }
    }

    /**
     * The address in an element of {@code X-Forwarded-For}, which may have quotes, brackets and a
     * port; null if there is none.
     */
    static @Nullable InetAddress ofHop(String hop) {
        String bare = hop.strip();
        if (bare.length() > 1 && bare.startsWith("\"") && bare.endsWith("\"")) {
            bare = bare.substring(1, bare.length() - 1).strip();
        }
        Matcher brackets = IN_BRACKETS.matcher(bare);
        if (brackets.matches()) {
            return parse(brackets.group(1));
        }
        InetAddress address = parse(bare);
        Matcher port = WITH_PORT.matcher(bare);
        return address == null && port.matches() ? parse(port.group(1)) : address;
    }
}
