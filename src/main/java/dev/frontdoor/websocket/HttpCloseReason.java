package dev.frontdoor.websocket;

import java.util.Locale;

/** Why the service closes a TCP connection that was not upgraded: the label of a metric. */
enum HttpCloseReason {
    /** No further request came in time. */
    IDLE,
    /** Several requests in it were refused. */
    REFUSED,
    /** All its requests together took too long. */
    TIMEOUT,
    /** Too many requests were sent before their responses. */
    PIPELINED,
    /** Its last response was not taken in time. */
    NOT_READ;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
