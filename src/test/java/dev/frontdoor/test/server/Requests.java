package dev.frontdoor.test.server;

import java.util.ArrayList;
import java.util.List;

/** The text of HTTP requests. */
public final class Requests {

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODw==";

    private String start = "GET /liminal HTTP/1.1";
    private final List<String> headers =
            new ArrayList<>(
                    List.of(
                            "Host: localhost",
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Key: " + KEY));

    private Requests() {}

    /** A GET of that path, as text. */
    public static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    /** A correct upgrade, to be changed by a test. */
    public static Requests upgrade() {
        return new Requests();
    }

    /** The Sec-WebSocket-Accept for the key of {@link #upgrade}. */
    public static String accept() {
        return "Bz3qJYTGdOe8gUSpLosEdiLKDrk=";
    }

    /** Replaces the request line. */
    public Requests start(String start) {
        this.start = start;
        return this;
    }

    /** Adds a header. */
    public Requests with(String header) {
        headers.add(header);
        return this;
    }

    /** Removes the headers of that name. */
    public Requests without(String name) {
        headers.removeIf(header -> header.startsWith(name + ":"));
        return this;
    }

    /** The request with its empty line. */
    @Override
    public String toString() {
        return start + "\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    }
}
