package dev.frontdoor.actuate;

import dev.frontdoor.auth.CheckRecord;
import dev.frontdoor.auth.CheckRecord.Failure;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Reports DOWN while the checks of workers by an {@code Authenticator}, or of their JSON Web
 * Tokens, are stuck or fail, with the last error. It belongs to no probe: a restart does not repair
 * what an authenticator asks.
 */
final class AuthenticationHealthIndicator implements HealthIndicator {

    private final CheckRecord checks;

    AuthenticationHealthIndicator(CheckRecord checks) {
        this.checks = checks;
    }

    @Override
    public Health health() {
        String fault = checks.fault();
        if (fault == null) {
            return Health.up().build();
        }
        Health.Builder health = Health.down().withDetail("reason", fault);
        Failure failure = checks.lastFailure();
        if (failure != null) {
            health.withDetail("error", failure.error()).withDetail("at", failure.at());
        }
        return health.build();
    }
}
