package dev.frontdoor.push;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What pushes may take up.
 *
 * @param maxPendingPerWorker how many pushes one worker may have unanswered
 * @param maxPayloadSize how large the payload of one may be
 */
@ConfigurationProperties("frontdoor.pushes")
public record PushProperties(
        @DefaultValue("32") int maxPendingPerWorker, @DefaultValue("1MB") DataSize maxPayloadSize) {

    /** Refuses bounds that would let no push through. */
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
