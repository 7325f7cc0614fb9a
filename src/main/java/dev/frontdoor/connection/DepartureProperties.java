package dev.frontdoor.connection;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is remembered of connections that have ended.
 *
 * @param size how many of them; 0 for none
 */
@ConfigurationProperties("frontdoor.departures")
public record DepartureProperties(@DefaultValue("1000") int size) {

    /** Refuses a size below zero. */
    public DepartureProperties {
        if (size < 0) {
            throw new IllegalArgumentException(
                    "frontdoor.departures.size must be 0 or more, was " + size);
        }
    }
}
