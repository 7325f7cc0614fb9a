package dev.frontdoor.test;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A response of HTTP/1.1. No part of it may be over 1 MiB.
 *
 * @param status the status code
 * @param headers the values of each header, by its name in lower case
 * @param body the body as UTF-8; empty if there is none
 */
public record HttpResponse(int status, Map<String, List<String>> headers, String body) {

    private static final int MAX_SIZE = 1 << 22;

    /** The values of a header, in their order; empty if it is missing. */
    public List<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    /**
     * Reads a response and the body that its status and headers announce.
     *
     * @throws IOException if it is not a response of HTTP/1.1, or ends too early
     */
    public static HttpResponse read(InputStream in) throws IOException {
        HttpResponse head = readHead(in);
        if (head.status() < 200 || head.status() == 204) {
            return head;
        }
        String body = new String(readBody(in, head), StandardCharsets.UTF_8);
        return new HttpResponse(head.status(), head.headers(), body);
    }

    /**
     * Reads a response without a body, such as one to HEAD.
     *
     * @throws IOException if it is not a response of HTTP/1.1, or ends too early
     */
    public static HttpResponse readHead(InputStream in) throws IOException {
        String statusLine = readLine(in);
        String[] parts = statusLine.split(" ", 3);
        if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || !parts[1].matches("\\d{3}")) {
            throw new IOException("not an HTTP status line: " + statusLine);
        }
        Map<String, List<String>> headers = new TreeMap<>();
        for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
            String[] header = line.split(":", 2);
            if (header.length < 2 || header[0].isEmpty()) {
                throw new IOException("not an HTTP header: " + line);
            }
            headers.computeIfAbsent(header[0].toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(header[1].strip());
        }
        return new HttpResponse(Integer.parseInt(parts[1]), headers, "");
    }

    /** The value of a header that occurs once; null otherwise. */
    @Nullable String single(String name) {
        List<String> values = header(name);
        return values.size() == 1 ? values.getFirst() : null;
    }

    private static byte[] readBody(InputStream in, HttpResponse head) throws IOException {
        String length = head.single("Content-Length");
        if (length != null) {
            return readBytes(in, Integer.parseInt(length));
        }
        if ("chunked".equalsIgnoreCase(head.single("Transfer-Encoding"))) {
            return readChunks(in);
        }
        byte[] body = in.readNBytes(MAX_SIZE + 1);
        checkSize(body.length);
        return body;
    }

    /** Reads one chunk of a body; empty after the last. */
    public static String readChunk(InputStream in) throws IOException {
        return new String(readNextChunk(in), StandardCharsets.UTF_8);
    }

    private static byte[] readChunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            byte[] chunk = readNextChunk(in);
            if (chunk.length == 0) {
                return body.toByteArray();
            }
            checkSize(body.size() + chunk.length);
            body.writeBytes(chunk);
        }
    }

    private static byte[] readNextChunk(InputStream in) throws IOException {
        int size = Integer.parseInt(readLine(in).split(";", 2)[0].strip(), 16);
        byte[] chunk = readBytes(in, size);
        if (!readLine(in).isEmpty()) {
            throw new IOException("a chunk is longer than its size");
        }
        return chunk;
    }

    private static byte[] readBytes(InputStream in, int count) throws IOException {
        checkSize(count);
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the connection ended");
        }
        return bytes;
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection ended");
            }
            line.append((char) next);
            checkSize(line.length());
        }
        return line.toString().stripTrailing();
    }

    private static void checkSize(int size) throws IOException {
        if (size < 0 || size > MAX_SIZE) {
            throw new IOException("a response of %d bytes or more".formatted(size));
        }
    }
}
