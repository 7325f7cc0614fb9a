package dev.frontdoor.connection.tls;

import dev.frontdoor.invocation.thread.Timeouts;

import io.micrometer.core.instrument.Clock;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;

/**
 * Looks at the certificates in use again and again, since time alone changes something: warns once
 * a day of those that expire soon, and has refused updates checked again.
 */
final class CertificateWatch {

    static final Duration INTERVAL = Duration.ofSeconds(10);

    /** How many days before its expiry a certificate is called old. */
    static final long DAYS_OF_WARNING = 14;

    private static final Logger log = LoggerFactory.getLogger(CertificateWatch.class);

    private final CheckedSslBundles bundles;
    private final Timeouts timeouts;
    private final Clock clock;

    /** The days left when a bundle's certificate was last warned of. */
    private final Map<String, Long> warned = new HashMap<>();

    CertificateWatch(CheckedSslBundles bundles, Timeouts timeouts, Clock clock) {
        this.bundles = bundles;
        this.timeouts = timeouts;
        this.clock = clock;
    }

    /** Looks now, and regularly from now on; files are read on threads of their own. */
    void start() {
        Thread _ =
                Thread.ofVirtual()
                        .name("certificate-watch")
                        .start(() -> {
                            try {
                                look();
                            } catch (RuntimeException e) {
                                log.error("the certificates could not be checked", e);
                            } finally {
                                Future<?> _ = timeouts.after(INTERVAL, this::start);
                            }
                        });
    }

    private void look() {
        bundles.retryRefused();
        for (BundleStatus status : bundles.statuses()) {
            Instant expiresAt = status.expiresAt();
            if (expiresAt != null) {
                warn(status.name(), expiresAt);
            }
        }
    }

    private synchronized void warn(String bundle, Instant expiresAt) {
        long left =
                Math.floorDiv(
                        expiresAt.toEpochMilli() - clock.wallTime(), Duration.ofDays(1).toMillis());
        if (left >= DAYS_OF_WARNING) {
            warned.remove(bundle);
        } else if (!Long.valueOf(left).equals(warned.put(bundle, left))) {
            log.warn(
                    "the certificate of SSL bundle '{}' {} at {}",
                    bundle,
                    left < 0 ? "expired" : "expires in %s days,".formatted(left),
                    expiresAt);
        }
    }
}
