package dev.frontdoor.actuate;

import dev.frontdoor.connection.Connections;
import dev.frontdoor.connection.drain.Drain;
import dev.frontdoor.registration.LiveTable;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Reports whether workers are accepted, with the connection count and limit. */
final class FrontDoorHealthIndicator implements HealthIndicator {

    private final Connections connections;
    private final LiveTable table;
    private final Drain drain;

    FrontDoorHealthIndicator(Connections connections, LiveTable table, Drain drain) {
        this.connections = connections;
        this.table = table;
        this.drain = drain;
    }

    @Override
    public Health health() {
        return (drain.isOpen() ? Health.up() : Health.outOfService())
                .withDetail("connections", connections.count())
                .withDetail("limit", connections.limit())
                .withDetail("registered", table.size())
                .build();
    }
}
