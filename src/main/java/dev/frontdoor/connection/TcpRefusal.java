package dev.frontdoor.connection;

import java.util.Locale;

/** The limit because of which a TCP connection was closed. */
enum TcpRefusal {
    /** There are as many as there may be. */
    TOTAL("the limit of all TCP connections is reached"),
    /** Its address has as many as it may have. */
    ADDRESS("the limit of TCP connections from one address is reached");

    private final String reason;

    TcpRefusal(String reason) {
        this.reason = reason;
    }

    String reason() {
        return reason;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
