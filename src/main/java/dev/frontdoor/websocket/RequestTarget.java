package dev.frontdoor.websocket;

import io.netty.util.NetUtil;

import org.jspecify.annotations.Nullable;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which hosts and targets a request may name (RFC 9112, section 3.2). A host is a name of letters,
 * digits, and {@code - . _ ~}, or an address.
 */
final class RequestTarget {

    private static final Pattern HOST =
            Pattern.compile("(?:[\\w.~-]+|\\[(?<v6>[0-9A-Fa-f:.]+)])(?::(?<port>\\d*))?");

    /** An absolute path, or the same behind a scheme and a host. */
    private static final Pattern TARGET = Pattern.compile("(?i)(?:https?://(?<host>[^/?#]*))?/.*");

    private static final int MAX_PORT_DIGITS = 5;
    private static final int MAX_PORT = 65_535;

    private RequestTarget() {}

    /** Whether a value of {@code Host} names a host, and a port if it names one. */
    static boolean isHost(String value) {
        Matcher host = HOST.matcher(value);
        return host.matches()
                && (host.group("v6") == null || NetUtil.isValidIpV6Address(host.group("v6")))
                && isPort(host.group("port"));
    }

    /** Whether a target is a path, or a URI of HTTP with a valid host. */
    static boolean isValid(String target) {
        Matcher matcher = TARGET.matcher(target);
        return matcher.matches()
                && (matcher.group("host") == null || isHost(matcher.group("host")));
    }

    private static boolean isPort(@Nullable String digits) {
        return digits == null
                || digits.isEmpty()
                || (digits.length() <= MAX_PORT_DIGITS && Integer.parseInt(digits) <= MAX_PORT);
    }
}
