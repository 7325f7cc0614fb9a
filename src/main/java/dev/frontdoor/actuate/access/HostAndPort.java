package dev.frontdoor.actuate.access;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host with its port, from a header of a request.
 *
 * @param host in lower case; an IPv6 address in brackets
 * @param port -1 if there is none
 */
record HostAndPort(String host, int port) {

    private static final Pattern HOST =
            Pattern.compile("(?<host>\\[[^\\[\\]]+]|[^:\\[\\]]+?)\\.?(:(?<port>\\d{1,5}))?");

    /**
     * The only value of {@code Host}; null if there is none, more than one, or none that is valid.
     */
    static @Nullable HostAndPort ofHost(List<String> values) {
        if (values.size() != 1) {
            return null;
        }
        Matcher matcher = HOST.matcher(values.getFirst());
        if (!matcher.matches()) {
            return null;
        }
        String port = matcher.group("port");
        return new HostAndPort(
                matcher.group("host").toLowerCase(Locale.ROOT),
                port == null ? -1 : Integer.parseInt(port));
    }

    /** Whether a page of this {@code Origin} comes from this host and port. */
    boolean isHostOf(String origin) {
        try {
            URI uri = new URI(origin);
            int standard = standardPort(uri.getScheme());
            return host.equalsIgnoreCase(uri.getHost())
                    && (port < 0 ? standard : port)
                            == (uri.getPort() < 0 ? standard : uri.getPort());
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** Whether the host is an address, not a name. */
    boolean isAddress() {
        try {
            var _ = InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", ""));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static int standardPort(@Nullable String scheme) {
        if ("https".equalsIgnoreCase(scheme)) {
            return 443;
        }
        return "http".equalsIgnoreCase(scheme) ? 80 : -1;
    }
}
