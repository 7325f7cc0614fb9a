package dev.frontdoor.connection.tls;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Finds out whether the keys of an SSL bundle and their certificates belong together, and hold. */
final class KeyPairCheck {

    private static final byte[] SAMPLE = "sample".getBytes(StandardCharsets.US_ASCII);

    private KeyPairCheck() {}

    /**
     * Why a bundle's keys cannot be used; null if they can.
     *
     * @param keys its key store
     * @param now milliseconds of the epoch
     */
    static @Nullable String fault(SslBundle bundle, KeyStore keys, long now)
            throws GeneralSecurityException {
        SslBundleKey reference = bundle.getKey();
        reference.assertContainsAlias(keys);
        List<String> aliases = aliases(reference, keys);
        if (aliases.isEmpty()) {
            return "it has no private key";
        }
        for (String alias : aliases) {
            String fault =
                    fault(keys.getKey(alias, password(bundle)), certificate(keys, alias), now);
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    /** When the first certificate of a bundle expires. */
    static @Nullable Instant expiry(SslBundle bundle, KeyStore keys)
            throws GeneralSecurityException {
        Instant first = null;
        for (String alias : aliases(bundle.getKey(), keys)) {
            Instant expiry = certificate(keys, alias).getNotAfter().toInstant();
            first = first == null || expiry.compareTo(first) < 0 ? expiry : first;
        }
        return first;
    }

    private static List<String> aliases(SslBundleKey reference, KeyStore keys)
            throws GeneralSecurityException {
        String only = reference.getAlias();
        List<String> aliases = new ArrayList<>();
        for (String alias : Collections.list(keys.aliases())) {
            if (keys.isKeyEntry(alias) && (only == null || only.equalsIgnoreCase(alias))) {
                aliases.add(alias);
            }
        }
        return aliases;
    }

    private static char @Nullable [] password(SslBundle bundle) {
        String own = bundle.getKey().getPassword();
        String password = own == null ? bundle.getStores().getKeyStorePassword() : own;
        return password == null ? null : password.toCharArray();
    }

    private static X509Certificate certificate(KeyStore keys, String alias)
            throws GeneralSecurityException {
        Certificate certificate = keys.getCertificate(alias);
        if (certificate instanceof X509Certificate x509) {
            return x509;
        }
        throw new GeneralSecurityException("the key '%s' has no certificate".formatted(alias));
    }

    private static @Nullable String fault(Key key, X509Certificate certificate, long now)
            throws GeneralSecurityException {
        String subject = certificate.getSubjectX500Principal().getName();
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        if (!(key instanceof PrivateKey own && belongTogether(own, certificate.getPublicKey()))) {
            return "the private key does not belong to the certificate of " + subject;
        }
        if (until.toEpochMilli() <= now) {
            return "the certificate of %s expired at %s".formatted(subject, until);
        }
        return from.toEpochMilli() > now
                ? "the certificate of %s is not valid before %s".formatted(subject, from)
                : null;
    }

    private static boolean belongTogether(PrivateKey own, PublicKey certified)
            throws GeneralSecurityException {
        String algorithm =
                switch (own.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    case "EdDSA", "Ed25519", "Ed448" -> "EdDSA";
                    default -> null;
                };
        if (algorithm == null) {
            return own.getAlgorithm().equals(certified.getAlgorithm());
        }
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(own);
        signature.update(SAMPLE);
        byte[] signed = signature.sign();
        try {
            signature.initVerify(certified);
            signature.update(SAMPLE);
            return signature.verify(signed);
        } catch (GeneralSecurityException _) { // the keys are of different kinds
            return false;
        }
    }
}
