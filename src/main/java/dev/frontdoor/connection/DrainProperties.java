package dev.frontdoor.connection;

import jakarta.validation.constraints.Min;

import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

import java.time.Duration;

/**
 * The pace of a drain, and of evictions that set none.
 *
 * @param window the time over which connections are closed, at random moments
 * @param pushGrace additional time for a connection with pending pushes
 * @param maxClosesPerSecond closes per second, until the deadline; 0 for no limit
 */
@Validated
@ConfigurationProperties("frontdoor.drain")
public record DrainProperties(
        @DefaultValue("20s") @DurationMin(message = "must be 0 or more") Duration window,
        @DefaultValue("10s") @DurationMin(message = "must be 0 or more") Duration pushGrace,
        @DefaultValue("0") @Min(0) int maxClosesPerSecond) {

    /** How long a drain takes at most, without the unregister calls after the last close. */
    public Duration longest() {
        return window.plus(pushGrace);
    }
}
