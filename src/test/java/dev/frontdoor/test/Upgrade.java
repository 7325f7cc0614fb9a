package dev.frontdoor.test;

import dev.frontdoor.test.TestWorkerBuilder.Header;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/** The HTTP request that makes a socket a WebSocket, and its answer. */
final class Upgrade {

    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int MAX_ANSWER = 1 << 20;

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
     * @return the headers of a successful answer, by lower-case name
     */
    Map<String, List<String>> perform(ClientSocket socket, @Nullable String rawRequest)
            throws IOException {
        socket.write((rawRequest == null ? head : rawRequest).getBytes(StandardCharsets.UTF_8));
        String statusLine = line(socket);
        String[] parts = statusLine.split(" ", 3);
        if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || !parts[1].matches("\\d{3}")) {
            throw new IOException("not an HTTP status line: " + statusLine);
        }
        Map<String, List<String>> headers = headers(socket);
        int status = Integer.parseInt(parts[1]);
        if (status != 101) {
            throw new UpgradeRefusedException(status, headers, body(socket, headers));
        }
        String accept = single(headers, "sec-websocket-accept");
        if (rawRequest == null && !acceptFor(key).equals(accept)) {
            throw new IOException("wrong Sec-WebSocket-Accept: " + accept);
        }
        return headers;
    }

    private static Map<String, List<String>> headers(ClientSocket socket) throws IOException {
        Map<String, List<String>> headers = new TreeMap<>();
        for (String line = line(socket); !line.isEmpty(); line = line(socket)) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("not an HTTP header: " + line);
            }
            headers.computeIfAbsent(
                            line.substring(0, colon).toLowerCase(Locale.ROOT),
                            name -> new ArrayList<>())
                    .add(line.substring(colon + 1).trim());
        }
        return headers;
    }

    private static String body(ClientSocket socket, Map<String, List<String>> headers)
            throws IOException {
        String length = single(headers, "content-length");
        byte[] body;
        if (length != null) {
            body = socket.readBytes(bounded(Integer.parseInt(length)));
        } else if ("chunked".equalsIgnoreCase(single(headers, "transfer-encoding"))) {
            body = chunks(socket);
        } else {
            body = untilEnd(socket);
        }
        return new String(body, StandardCharsets.UTF_8);
    }

    private static byte[] chunks(ClientSocket socket) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(socket).split(";", 2)[0].trim(), 16);
            bounded(body.size() + size);
            body.writeBytes(socket.readBytes(size));
            String afterChunk = line(socket);
            if (size == 0) {
                return body.toByteArray();
            }
            if (!afterChunk.isEmpty()) {
                throw new IOException("a chunk is longer than its size");
            }
        }
    }

    private static byte[] untilEnd(ClientSocket socket) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int next = socket.read(); next >= 0; next = socket.read()) {
            body.write(next);
            bounded(body.size());
        }
        return body.toByteArray();
    }

    private static String line(ClientSocket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = socket.readByte(); next != '\n'; next = socket.readByte()) {
            line.append((char) next);
            bounded(line.length());
        }
        return line.toString().stripTrailing();
    }

    private static int bounded(int size) throws IOException {
        if (size < 0 || size > MAX_ANSWER) {
            throw new IOException("an answer of %d bytes or more".formatted(size));
        }
        return size;
    }

    private static @Nullable String single(Map<String, List<String>> headers, String name) {
        List<String> values = headers.get(name);
        return values == null || values.size() != 1 ? null : values.getFirst();
    }

    private static String acceptFor(String key) {
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
