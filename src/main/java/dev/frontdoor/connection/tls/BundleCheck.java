package dev.frontdoor.connection.tls;

import dev.frontdoor.notifier.DisplayText;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.Collections;

/** Finds out whether an SSL bundle can be used now. Reads its files, unless they were read. */
final class BundleCheck {

    private static final int MAX_CAUSES = 5;

    private final PemFiles files;
    private final Clock clock;

    BundleCheck(PemFiles files, Clock clock) {
        this.files = files;
        this.clock = clock;
    }

    /** Why a bundle cannot be used; null if it can. */
    @Nullable String fault(String name, SslBundle bundle) {
        String fault;
        int keys = -1;
        int trusted = -1;
        try {
            keys = certificates(bundle.getStores().getKeyStore());
            trusted = certificates(bundle.getStores().getTrustStore());
            fault = fault(bundle);
        } catch (GeneralSecurityException | RuntimeException e) {
            fault = describe(e);
        }
        try {
            // What is wrong with a file says more than what came of it.
            String ofFiles = files.fault(name, keys, trusted);
            return ofFiles == null ? fault : ofFiles;
        } catch (IOException | RuntimeException e) {
            return fault == null ? describe(e) : fault;
        }
    }

    /** When the certificate of a good bundle expires; null if it has none of its own. */
    static @Nullable Instant expiry(SslBundle bundle) {
        KeyStore keys = bundle.getStores().getKeyStore();
        try {
            return keys == null ? null : KeyPairCheck.expiry(bundle, keys);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the bundle was not checked", e);
        }
    }

    private @Nullable String fault(SslBundle bundle) throws GeneralSecurityException {
        KeyStore keys = bundle.getStores().getKeyStore();
        KeyStore trusted = bundle.getStores().getTrustStore();
        if (keys != null) {
            String fault = KeyPairCheck.fault(bundle, keys, clock.wallTime());
            if (fault != null) {
                return fault;
            }
        }
        if (trusted != null && certificates(trusted) == 0) {
            return "its trust store has no certificate";
        }
        bundle.createSslContext();
        return null;
    }

    private static int certificates(@Nullable KeyStore store) throws GeneralSecurityException {
        int count = 0;
        if (store != null) {
            for (String alias : Collections.list(store.aliases())) {
                Certificate @Nullable [] chain = store.getCertificateChain(alias);
                count += chain == null ? 1 : chain.length;
            }
        }
        return count;
    }

    private static String describe(Throwable thrown) {
        String text = String.valueOf(thrown.getMessage());
        Throwable cause = thrown.getCause();
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            String more = String.valueOf(cause.getMessage());
            text = text.contains(more) ? text : text + ": " + more;
            cause = cause.getCause();
        }
        return DisplayText.of(text);
    }
}
