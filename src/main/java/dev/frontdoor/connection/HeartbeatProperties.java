package dev.frontdoor.connection;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * When a silent worker is asked whether it is there, and when it is given up.
 *
 * @param interval silence after which it is sent a WebSocket ping; 0 to never ask
 * @param timeout further silence after which its connection is closed
 */
@ConfigurationProperties("frontdoor.heartbeat")
public record HeartbeatProperties(
        @DefaultValue("25s") Duration interval, @DefaultValue("10s") Duration timeout) {

    /** Refuses times that cannot pass. */
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
