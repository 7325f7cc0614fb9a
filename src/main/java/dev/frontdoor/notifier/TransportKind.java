package dev.frontdoor.notifier;

import java.util.Locale;

/** What carries a worker's connection. */
public enum TransportKind {
    /** A WebSocket. */
    WEBSOCKET,
    /** Plain TCP. */
    TCP;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name in lower case, as in logs and lists. */
    public String label() {
        return label;
    }
}
