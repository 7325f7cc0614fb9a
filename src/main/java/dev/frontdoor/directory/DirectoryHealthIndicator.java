package dev.frontdoor.directory;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Reports whether this instance is in the directory. Neither readiness nor liveness contain it. */
final class DirectoryHealthIndicator implements HealthIndicator {

    private final Membership membership;

    DirectoryHealthIndicator(Membership membership) {
        this.membership = membership;
    }

    @Override
    public Health health() {
        String fault = membership.fault();
        Health.Builder health = fault == null ? Health.up() : Health.down();
        if (fault != null) {
            health.withDetail("reason", fault);
        }
        return health.withDetail("epoch", membership.epoch().number())
                .withDetail("workers", membership.entries())
                .build();
    }
}
