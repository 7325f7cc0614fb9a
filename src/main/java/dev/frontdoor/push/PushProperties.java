package dev.frontdoor.push;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Limits for pushes.
 *
 * @param maxPendingPerWorker maximum number of pending pushes of one worker
 * @param maxPayloadSize maximum size of the payload of one push
 */
@Validated
@ConfigurationProperties("frontdoor.pushes")
public record PushProperties(
        @DefaultValue("32") @Min(1) int maxPendingPerWorker,
        @DefaultValue("1MB")
                @Min(value = 0, message = UP_TO_1023MB)
                @Max(value = 1023 << 20, message = UP_TO_1023MB)
                DataSize maxPayloadSize) {

    private static final String UP_TO_1023MB = "must be from 0B to 1023MB";
}
