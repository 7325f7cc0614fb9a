package dev.frontdoor.connection;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * When a silent worker is pinged, and when its connection is closed.
 *
 * @param interval silence before the ping; 0 for no pings
 * @param timeout further silence before the connection is closed
 */
@ConfigurationProperties("frontdoor.heartbeat")
public record HeartbeatProperties(
        @DefaultValue("25s") Duration interval, @DefaultValue("10s") Duration timeout) {

    /** Refuses a negative interval, and a timeout that is not positive. */
    public HeartbeatProperties {
        if (interval.isNegative()) {
            throw new IllegalArgumentException(
                    "frontdoor.heartbeat.interval must be 0 or more, was " + interval);
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException(
                    "frontdoor.heartbeat.timeout must be more than zero, was " + timeout);
        }
    }
}
