package dev.frontdoor.push;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

import java.time.Duration;

/**
 * Limits for pushes.
 *
 * @param maxPendingPerWorker maximum number of pending pushes of one worker
 * @param maxPayloadSize maximum size of the payload of one push
 * @param sendTimeout how long a push that nobody awaits counts as pending without a reply
 */
@Validated
@ConfigurationProperties("frontdoor.pushes")
public record PushProperties(
        @DefaultValue("32") @Min(1) int maxPendingPerWorker,
        @DefaultValue("1MB")
                @Min(value = 0, message = UP_TO_1023MB)
                @Max(value = 1023 << 20, message = UP_TO_1023MB)
                DataSize maxPayloadSize,
        @DefaultValue("30s") @DurationMin(nanos = 1, message = "must be more than 0")
                Duration sendTimeout) {

    private static final String UP_TO_1023MB = "must be from 0B to 1023MB";
}
