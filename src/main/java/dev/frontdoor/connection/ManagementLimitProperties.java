package dev.frontdoor.connection;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

import java.time.Duration;

/**
 * Limits of the management port, where it has a server of its own.
 *
 * @param maxConnections open connections; when seven eighths of them are served, the oldest one of
 *     the address with the most gives way to a new one
 * @param maxConnectionsPerAddress open connections from one address
 * @param requestHeadTimeout time for the first request head of a connection
 * @param requestBodyTimeout time for a request body
 * @param idleTimeout time from the end of a response to the next request head
 * @param writeTimeout time for a client to take what was written to it
 */
@Validated
@ConfigurationProperties("frontdoor.management.limits")
public record ManagementLimitProperties(
        @DefaultValue("64")
                @Min(value = 4, message = FROM_4_TO_64)
                @Max(value = 64, message = FROM_4_TO_64)
                int maxConnections,
        @DefaultValue("16") @Min(1) int maxConnectionsPerAddress,
        @DefaultValue("10s") @DurationMin(nanos = 1, message = MORE_THAN_0)
                Duration requestHeadTimeout,
        @DefaultValue("10s") @DurationMin(nanos = 1, message = MORE_THAN_0)
                Duration requestBodyTimeout,
        @DefaultValue("90s") @DurationMin(nanos = 1, message = MORE_THAN_0) Duration idleTimeout,
        @DefaultValue("20s") @DurationMin(nanos = 1, message = MORE_THAN_0) Duration writeTimeout) {

    private static final String FROM_4_TO_64 = "must be from 4 to 64";
    private static final String MORE_THAN_0 = "must be more than 0";
}
