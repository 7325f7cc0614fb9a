package dev.frontdoor.connection;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * The pace of a drain.
 *
 * @param window the time over which connections are closed, at random moments
 * @param pushGrace additional time for a connection with pending pushes
 * @param maxClosesPerSecond closes per second, until the deadline; 0 for no limit
 */
@ConfigurationProperties("frontdoor.drain")
public record DrainProperties(
        @DefaultValue("20s") Duration window,
        @DefaultValue("10s") Duration pushGrace,
        @DefaultValue("0") int maxClosesPerSecond) {

    /** Refuses negative times and rates. */
    public DrainProperties {
        requireNotNegative("window", window);
        requireNotNegative("push-grace", pushGrace);
        if (maxClosesPerSecond < 0) {
            throw new IllegalArgumentException(
                    "frontdoor.drain.max-closes-per-second must be 0 or more, was "
                            + maxClosesPerSecond);
        }
    }

    /** How long a drain takes at most, without the unregister calls after the last close. */
    Duration longest() {
        return window.plus(pushGrace);
    }

    private static void requireNotNegative(String key, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(
                    "frontdoor.drain.%s must be 0 or more, was %s".formatted(key, value));
        }
    }
}
