package dev.frontdoor.connection;

import jakarta.validation.constraints.Min;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Which departures are kept.
 *
 * @param size how many; 0 for none
 * @param maxBytes heap for what their workers declared; the oldest give way
 */
@Validated
@ConfigurationProperties("frontdoor.departures")
public record DepartureProperties(
        @DefaultValue("1000") @Min(0) int size, @DefaultValue("8MB") @Min(0) DataSize maxBytes) {}
