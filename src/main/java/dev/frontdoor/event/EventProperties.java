package dev.frontdoor.event;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

import java.time.Duration;

/**
 * Events for operators.
 *
 * @param bufferSize events that are kept for streams that resume
 * @param maxBufferedBytes heap for these events; the oldest give way
 * @param maxStreams open streams of events
 * @param commentInterval silence of a stream after which a comment is sent
 */
@Validated
@ConfigurationProperties("frontdoor.events")
public record EventProperties(
        @DefaultValue("20000") @Min(1) @Max(1_000_000) int bufferSize,
        @DefaultValue("16MB") @Min(65_536) DataSize maxBufferedBytes,
        @DefaultValue("8") @Min(0) @Max(32) int maxStreams,
        @DefaultValue("15s") @DurationMin(nanos = 1, message = "must be more than 0")
                Duration commentInterval) {}
