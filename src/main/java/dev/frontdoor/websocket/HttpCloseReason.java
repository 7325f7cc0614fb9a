package dev.frontdoor.websocket;

import java.util.Locale;

/** Why the service closes a TCP connection that was not upgraded: the label of a metric. */
enum HttpCloseReason {
    /** No further request came in time. */
    IDLE,
    /** On the management port, its first request head took too long. */
    HEAD_TOO_SLOW,
    /** On the management port, a request body took too long. */
    BODY_TOO_SLOW,
    /** On the management port, a request body was too large. */
    BODY_TOO_LARGE,
    /** Several requests in it were refused. */
    REFUSED,
    /** All its requests together took too long. */
    TIMEOUT,
    /** Too many requests were sent before their responses. */
    PIPELINED,
    /** A response was not taken in time. */
    NOT_READ;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
