package dev.frontdoor.actuate;

import dev.frontdoor.connection.tls.BundleStatus;
import dev.frontdoor.connection.tls.CheckedSslBundles;

import io.micrometer.core.instrument.Clock;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reports DOWN while an SSL bundle does not use its present files, or its certificate has expired.
 * It is meant for people and belongs to no probe: other certificates are in use, or a restart would
 * make it worse. Takes the place of Spring Boot's own indicator.
 */
final class SslBundlesHealthIndicator implements HealthIndicator {

    private final CheckedSslBundles bundles;
    private final Clock clock;

    SslBundlesHealthIndicator(CheckedSslBundles bundles, Clock clock) {
        this.bundles = bundles;
        this.clock = clock;
    }

    @Override
    public Health health() {
        Health.Builder health = Health.up();
        for (BundleStatus bundle : bundles.statuses()) {
            Map<String, Object> details = new LinkedHashMap<>();
            Instant expiresAt = bundle.expiresAt();
            if (expiresAt != null) {
                details.put("expiresAt", expiresAt);
                if (expiresAt.toEpochMilli() <= clock.wallTime()) {
                    health.down();
                    details.put("expired", true);
                }
            }
            if (bundle.fault() != null) {
                health.down();
                details.put("notUpdated", bundle.fault());
            }
            health.withDetail(bundle.name(), details);
        }
        return health.build();
    }
}
