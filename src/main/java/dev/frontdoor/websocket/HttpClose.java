package dev.frontdoor.websocket;

import java.util.Locale;

/** Why the service closed a connection that was not a worker's. */
enum HttpClose {
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
