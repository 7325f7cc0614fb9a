package dev.frontdoor.actuate.access;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What the decision about a request depends on.
 *
 * @param path within the application
 * @param peer the address at the other end of the socket; null if it is unknown
 */
record AccessRequest(
        HttpMethod method, String path, HttpHeaders headers, @Nullable InetAddress peer) {

    private static final List<HttpMethod> READS =
            List.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private static final List<byte[]> LOOPBACK =
            Stream.of("7f000001", "00000000000000000000ffff7f000001", "0".repeat(31) + "1")
                    .map(HexFormat.of()::parseHex)
                    .toList();

    /** The request of an exchange. */
    static AccessRequest of(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        InetSocketAddress peer = request.getRemoteAddress();
        return new AccessRequest(
                request.getMethod(),
                request.getPath().pathWithinApplication().value(),
                request.getHeaders(),
                peer == null ? null : peer.getAddress());
    }

    /** Whether the request may change something: any method that is not known to change nothing. */
    boolean isChange() {
        return isChange(method);
    }

    static boolean isChange(HttpMethod method) {
        return !READS.contains(method);
    }

    /**
     * Whether a browser asks what a page of another site may send. It sends no credentials then.
     */
    boolean isPreflight() {
        return method.equals(HttpMethod.OPTIONS)
                && headers.containsHeader(HttpHeaders.ORIGIN)
                && headers.containsHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    }

    /**
     * Whether the request comes from this machine, and no proxy has forwarded it. Other addresses
     * of 127.0.0.0/8 do not count: proxies use them.
     */
    boolean isFromLoopback() {
        return peer != null && isLoopback(peer.getAddress()) && !isForwarded();
    }

    private boolean isForwarded() {
        return headers.headerNames().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .anyMatch(name -> name.equals("forwarded") || name.startsWith("x-forwarded-"));
    }

    private static boolean isLoopback(byte[] address) {
        return LOOPBACK.stream().anyMatch(loopback -> Arrays.equals(loopback, address));
    }
}
