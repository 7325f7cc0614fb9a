package dev.frontdoor.actuate;

import dev.frontdoor.connection.Connections;
import dev.frontdoor.registration.LiveTable;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Whether the door is open, and how full the house is. */
final class FrontDoorHealthIndicator implements HealthIndicator {

    private final Connections connections;
    private final LiveTable table;

    FrontDoorHealthIndicator(Connections connections, LiveTable table) {
        this.connections = connections;
        this.table = table;
    }

    @Override
    public Health health() {
        return Health.up()
                .withDetail("connections", connections.count())
                .withDetail("limit", connections.limit())
                .withDetail("registered", table.size())
                .build();
    }
}
