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
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Finds the principal in a worker's certificate, which TLS has verified. Decides at once, on the
 * caller's thread.
 */
final class CertificateMethod implements AuthenticationMethod {

    private final CertificateName nameFrom;
    private final List<Entry> principals;

    CertificateMethod(CertificateProperties properties) {
        this.nameFrom = properties.nameFrom();
        this.principals = properties.principals();
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
            return new Refused("the worker has shown no certificate");
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
        Grants grants = grants(name);
        if (grants == null) {
            return new Refused(
                    "its name '%s' is none of frontdoor.auth.certificates.principals"
                            .formatted(DisplayText.of(name)));
        }
        return new Accepted(
                new Principal(
                        name,
                        Principal.Kind.CERTIFICATE,
                        grants,
                        Map.of(),
                        certificate.getNotAfter().toInstant()),
                Credential.IRREVOCABLE);
    }

    /** The grants of the first entry that matches; null if none does. */
    private @Nullable Grants grants(String name) {
        for (Entry entry : principals) {
            if (GlobPattern.matches(entry.name(), name)) {
                return entry.grants();
            }
        }
        return principals.isEmpty() ? Grants.ALL : null;
    }
}
