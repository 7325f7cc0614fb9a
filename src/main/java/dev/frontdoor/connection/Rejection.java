package dev.frontdoor.connection;

import dev.frontdoor.notifier.DisplayText;

import java.time.Instant;

/**
 * The last rejected registration of a connection, for display.
 *
 * @param identity the identity that the worker declared, truncated
 * @param reason the reason that the worker received, truncated
 * @param at when it was rejected
 */
public record Rejection(String identity, String reason, Instant at) {

    /** Truncates the texts. */
    public Rejection {
        identity = DisplayText.truncate(identity);
        reason = DisplayText.truncate(reason);
    }
}
