package dev.frontdoor.connection.address;

import java.util.Locale;

/** Why a connection was closed before its transport saw it. */
enum ProxyHeaderRefusal {
    /** The header is damaged or too long. */
    MALFORMED,
    /** A header is required, and the first bytes are none. */
    MISSING,
    /** A header is required, and the peer is no trusted proxy. */
    NOT_TRUSTED,
    /** The header was not complete in time. */
    TOO_SLOW;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
