package dev.frontdoor.logging;

import jakarta.validation.constraints.Min;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the console.
 *
 * @param queueSize memory for log lines that wait to be written; further lines are dropped; at
 *     least 16KB, so that it holds a stack trace
 */
@Validated
@ConfigurationProperties(LoggingProperties.PREFIX)
public record LoggingProperties(
        @DefaultValue("4MB") @Min(value = 16 << 10, message = "must be 16KB or more")
                DataSize queueSize) {

    static final String PREFIX = "frontdoor.logging";
}
