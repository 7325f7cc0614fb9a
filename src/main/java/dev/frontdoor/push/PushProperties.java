package dev.frontdoor.push;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits for pushes.
 *
 * @param maxPendingPerWorker maximum number of pending pushes of one worker
 * @param maxPayloadSize maximum size of the payload of one push
 */
@ConfigurationProperties("frontdoor.pushes")
public record PushProperties(
        @DefaultValue("32") int maxPendingPerWorker, @DefaultValue("1MB") DataSize maxPayloadSize) {

    /** Rejects limits that would admit no push. */
    public PushProperties {
        if (maxPendingPerWorker < 1) {
            throw new IllegalArgumentException(
                    "frontdoor.pushes.max-pending-per-worker must be at least 1, was "
                            + maxPendingPerWorker);
        }
        long size = maxPayloadSize.toBytes();
        if (size < 0 || size > Integer.MAX_VALUE / 2) {
            throw new IllegalArgumentException(
                    "frontdoor.pushes.max-payload-size must be from 0 to 1023MB, was "
                            + maxPayloadSize);
        }
    }
}
