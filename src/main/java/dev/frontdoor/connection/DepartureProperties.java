package dev.frontdoor.connection;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which departures are kept.
 *
 * @param size how many; 0 for none
 */
@ConfigurationProperties("frontdoor.departures")
public record DepartureProperties(@DefaultValue("1000") int size) {

    /** Refuses a negative size. */
    public DepartureProperties {
        if (size < 0) {
            throw new IllegalArgumentException(
                    "frontdoor.departures.size must be 0 or more, was " + size);
        }
    }
}
