package dev.frontdoor.notifier;

import org.jspecify.annotations.Nullable;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a worker proves its identity by, and where it comes from.
 *
 * @param token what it sent in Connect, or as {@code Authorization: Bearer} with its upgrade; at
 *     most 16,384 characters. Null if it sent none, or an empty one
 * @param certificates its certificate and those that issued it, in order, as TLS has verified them;
 *     null if it sent none
 * @param remoteAddress where it connected from, as {@code host:port} or {@code host}
 * @param userAgent what it is, by its own account; null if it does not say
 */
public record Credentials(
        @Nullable String token,
        @Nullable List<X509Certificate> certificates,
        String remoteAddress,
        @Nullable String userAgent) {

    /** Copies the list. */
    public Credentials {
        certificates = certificates == null ? null : List.copyOf(certificates);
    }

    /** Shows nothing secret. */
    @Override
    public String toString() {
        return "Credentials[token %s, certificates %s, from %s]"
                .formatted(
                        token == null ? "absent" : "hidden",
                        certificates == null ? "absent" : "present",
                        remoteAddress);
    }
}
