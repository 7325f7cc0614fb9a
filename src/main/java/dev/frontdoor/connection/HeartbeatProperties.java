package dev.frontdoor.connection;

import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

import java.time.Duration;

/**
 * When a silent worker is pinged, and when its connection is closed.
 *
 * @param interval silence before the ping; 0 for no pings
 * @param timeout further silence before the connection is closed
 */
@Validated
@ConfigurationProperties("frontdoor.heartbeat")
public record HeartbeatProperties(
        @DefaultValue("25s") @DurationMin(message = "must be 0 or more") Duration interval,
        @DefaultValue("10s") @DurationMin(nanos = 1, message = "must be more than 0")
                Duration timeout) {}
