package dev.frontdoor.logging;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the console.
 *
 * @param queueSize memory for log lines that wait to be written; further lines are dropped
 */
@ConfigurationProperties(LoggingProperties.PREFIX)
public record LoggingProperties(@DefaultValue("4MB") DataSize queueSize) {

    static final String PREFIX = "frontdoor.logging";

    private static final DataSize MIN_QUEUE_SIZE = DataSize.ofKilobytes(16);

    /** Rejects a queue that could not hold a stack trace. */
    public LoggingProperties {
        if (queueSize.compareTo(MIN_QUEUE_SIZE) < 0) {
            throw new IllegalArgumentException(
                    "frontdoor.logging.queue-size must be at least 16KB, was " + queueSize);
        }
    }
}
