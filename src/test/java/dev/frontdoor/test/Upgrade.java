package dev.frontdoor.test;

import dev.frontdoor.test.TestWorkerBuilder.Header;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The HTTP upgrade of a socket to a WebSocket. */
final class Upgrade {

    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final String head;
    private final String key;

    Upgrade(URI uri, List<String> removed, List<Header> added) {
        byte[] nonce = new byte[16];
        ThreadLocalRandom.current().nextBytes(nonce);
        key = Base64.getEncoder().encodeToString(nonce);
        List<Header> headers = new ArrayList<>();
        headers.add(new Header("Host", uri.getHost() + ":" + port(uri)));
        headers.add(new Header("Connection", "Upgrade"));
        headers.add(new Header("Upgrade", "websocket"));
        headers.add(new Header("Sec-WebSocket-Version", "13"));
        headers.add(new Header("Sec-WebSocket-Key", key));
        headers.removeIf(header -> removed.stream().anyMatch(header.name()::equalsIgnoreCase));
        headers.addAll(added);
        StringBuilder request =
                new StringBuilder("GET ").append(target(uri)).append(" HTTP/1.1\r\n");
        headers.forEach(header ->
                request.append(header.name()).append(": ").append(header.value()).append("\r\n"));
        head = request.append("\r\n").toString();
    }

    static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return uri.getScheme().equals("wss") || uri.getScheme().equals("https") ? 443 : 80;
    }

    private static String target(URI uri) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    /**
     * Sends the request and reads the answer.
     *
     * @param rawRequest what to send instead; null for the request itself
     * @return the successful response
     */
    HttpResponse perform(ClientSocket socket, @Nullable String rawRequest) throws IOException {
        socket.write((rawRequest == null ? head : rawRequest).getBytes(StandardCharsets.UTF_8));
        HttpResponse response = HttpResponse.read(socket.input());
        if (response.status() != 101) {
            throw new UpgradeRefusedException(response);
        }
        String accept = response.single("Sec-WebSocket-Accept");
        if (rawRequest == null && !acceptFor(key).equals(accept)) {
            throw new IOException("wrong Sec-WebSocket-Accept: " + accept);
        }
        return response;
    }

    /** The Sec-WebSocket-Accept for that key. */
    static String acceptFor(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest((key + ACCEPT_SUFFIX).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
