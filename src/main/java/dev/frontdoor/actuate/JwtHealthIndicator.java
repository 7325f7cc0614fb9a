package dev.frontdoor.actuate;

import dev.frontdoor.auth.jwt.JwtKeys;
import dev.frontdoor.auth.jwt.JwtKeys.Failure;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reports DOWN while tokens need keys and there are none, and says why the last request for keys
 * failed. It belongs to no probe: a restart does not repair an issuer.
 */
final class JwtHealthIndicator implements HealthIndicator {

    private final JwtKeys keys;

    JwtHealthIndicator(JwtKeys keys) {
        this.keys = keys;
    }

    @Override
    public Health health() {
        Instant fetchedAt = keys.fetchedAt();
        Health.Builder health = Health.up().withDetail("keys", keys.count());
        if (fetchedAt != null) {
            health.withDetail("fetchedAt", fetchedAt);
        } else if (keys.areNeeded()) {
            health.down().withDetail("reason", "the issuer has not given any keys yet");
        }
        Failure failure = keys.failure();
        if (failure != null) {
            health.withDetail("lastFailure", details(failure));
        }
        return health.build();
    }

    private static Map<String, Object> details(Failure failure) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("reason", failure.reason());
        details.put("at", failure.at());
        return details;
    }
}
