package dev.frontdoor.connection.tls;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * How an SSL bundle stands.
 *
 * @param name its name in the settings
 * @param expiresAt when the certificate that is in use expires; null if it has none of its own
 * @param fault why its present files are not in use; null if they are
 */
public record BundleStatus(String name, @Nullable Instant expiresAt, @Nullable String fault) {

    BundleStatus refused(String reason) {
        return new BundleStatus(name, expiresAt, reason);
    }
}
