package dev.frontdoor.worker;

import java.time.Instant;

/**
 * A credential.
 *
 * @param value what the service checks
 * @param expiresAt when it expires; null if that is not known or if the service does not renew
 */
public record Token(String value, Instant expiresAt) {

    /** Hides the value, so that a log never shows it. */
    @Override
    public String toString() {
        return "Token[expiresAt=" + expiresAt + "]";
    }
}
