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
        @DefaultValue("4MB") @Min(value = MIN_QUEUE_SIZE, message = "must be 16KB or more")
                DataSize queueSize) {

    static final String PREFIX = "frontdoor.logging";

    /** Bytes that hold a stack trace. */
    static final long MIN_QUEUE_SIZE = 16 << 10;
}
