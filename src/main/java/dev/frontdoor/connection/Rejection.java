package dev.frontdoor.connection;

import dev.frontdoor.notifier.DisplayText;

import java.time.Instant;

/**
 * The last rejected registration of a connection, for display.
 *
 * @param identity the identity that the worker declared, truncated and escaped
 * @param reason the reason that the worker received, truncated and escaped
 * @param at when it was rejected
 */
public record Rejection(String identity, String reason, Instant at) {

    /** Truncates and escapes the texts. */
    public Rejection {
        identity = DisplayText.of(identity);
        reason = DisplayText.of(reason);
    }
}
