package dev.frontdoor.auth;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.auth.AuthenticationResult.Refused;
import dev.frontdoor.auth.CertificateProperties.Entry;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.notifier.GlobPattern;
import dev.frontdoor.notifier.Grants;
import dev.frontdoor.notifier.Principal;

import org.jspecify.annotations.Nullable;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Finds the principal in a peer's certificate, which TLS has verified. Decides at once, on the
 * caller's thread.
 */
final class CertificateMethod implements AuthenticationMethod {

    private final CertificateName nameFrom;
    private final Principals principals;

    /**
     * Certificates of peers.
     *
     * @param nameFrom where a certificate has the name of its principal
     * @param principals which principals there may be
     */
    CertificateMethod(CertificateName nameFrom, Principals principals) {
        this.nameFrom = nameFrom;
        this.principals = principals;
    }

    /** Certificates of workers. */
    static CertificateMethod ofWorkers(CertificateProperties properties) {
        return new CertificateMethod(
                properties.nameFrom(),
                (name, expiresAt) -> {
                    Grants grants = grants(name, properties.principals());
                    return grants == null
                            ? null
                            : new Principal(
                                    name, Principal.Kind.CERTIFICATE, grants, Map.of(), expiresAt);
                });
    }

    /** The grants of the first entry that matches; null if none does. */
    private static @Nullable Grants grants(String name, List<Entry> entries) {
        for (Entry entry : entries) {
            if (GlobPattern.matches(entry.name(), name)) {
                return entry.grants();
            }
        }
        return entries.isEmpty() ? Grants.ALL : null;
    }

    @Override
    public Principal.Kind kind() {
        return Principal.Kind.CERTIFICATE;
    }

    @Override
    public boolean decides(PresentedCredentials presented) {
        return presented.credentials().certificates() != null;
    }

    @Override
    public AuthenticationResult check(
            PresentedCredentials presented,
            BooleanSupplier awaited,
            Consumer<AuthenticationResult> onResult) {
        List<X509Certificate> chain = presented.credentials().certificates();
        if (chain == null || chain.isEmpty()) {
            return new Refused("there is no certificate");
        }
        try {
            return check(chain.getFirst());
        } catch (CertificateParsingException | IllegalArgumentException e) {
            return new Refused(
                    "it names no principal: " + DisplayText.of(String.valueOf(e.getMessage())));
        }
    }

    private AuthenticationResult check(X509Certificate certificate)
            throws CertificateParsingException {
        List<String> names = nameFrom.in(certificate);
        if (names.size() != 1) {
            return new Refused(
                    "it has %s %s; exactly one is needed"
                            .formatted(names.isEmpty() ? "no" : names.size(), nameFrom.plural()));
        }
        String name = names.getFirst();
        Principal principal = principals.find(name, certificate.getNotAfter().toInstant());
        return principal == null
                ? new Refused(
                        "its name '%s' is none of frontdoor.auth.certificates.principals"
                                .formatted(DisplayText.of(name)))
                : new Accepted(principal, Credential.IRREVOCABLE);
    }

    /** Which principals there may be. */
    @FunctionalInterface
    interface Principals {

        /** The principal of this name; null if there may be none. */
        @Nullable Principal find(String name, Instant expiresAt);
    }
}
