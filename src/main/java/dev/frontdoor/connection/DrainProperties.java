package dev.frontdoor.connection;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * How all workers are sent elsewhere before a stop.
 *
 * @param window the time over which connections are closed, at random moments
 * @param pushGrace how much longer one may stay for the replies to its pushes
 * @param maxClosesPerSecond how many are closed in a second at most, until the deadline; 0 for any
 *     number
 */
@ConfigurationProperties("frontdoor.drain")
public record DrainProperties(
        @DefaultValue("20s") Duration window,
        @DefaultValue("10s") Duration pushGrace,
        @DefaultValue("0") int maxClosesPerSecond) {

    /** Refuses times and rates below zero. */
    public DrainProperties {
        requireNotNegative("window", window);
        requireNotNegative("push-grace", pushGrace);
        if (maxClosesPerSecond < 0) {
            throw new IllegalArgumentException(
                    "frontdoor.drain.max-closes-per-second must be 0 or more, was "
                            + maxClosesPerSecond);
        }
    }

    private static void requireNotNegative(String key, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(
                    "frontdoor.drain.%s must be 0 or more, was %s".formatted(key, value));
        }
    }
}
