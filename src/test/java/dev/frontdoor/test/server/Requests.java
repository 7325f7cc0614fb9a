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

    /** A good upgrade, to be spoiled. */
    public static Requests upgrade() {
        return new Requests();
    }

    /** What answers the key of an upgrade made here. */
    public static String accept() {
        return "Bz3qJYTGdOe8gUSpLosEdiLKDrk=";
    }

    /** Another request line. */
    public Requests start(String start) {
        this.start = start;
        return this;
    }

    /** One more header. */
    public Requests with(String header) {
        headers.add(header);
        return this;
    }

    /** Without the header of that name. */
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
