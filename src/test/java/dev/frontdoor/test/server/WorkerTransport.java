package dev.frontdoor.test.server;

import java.util.Locale;

/** How a worker connects to the service under test. */
public enum WorkerTransport {
    WEBSOCKET,
    TCP;

    /** What operators call it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
