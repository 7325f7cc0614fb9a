package dev.frontdoor.directory;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

import java.time.Duration;
import java.util.List;

/**
 * The directory of all workers on Redis.
 *
 * @param enabled whether there is a directory
 * @param lease how long the workers of an instance are shown after it last renewed its lease
 * @param renewalInterval time between two renewals
 * @param await whether a registration waits until it is in the directory, and is rejected while
 *     Redis cannot be reached
 * @param commandTimeout time for one answer of Redis
 * @param indexedLabels names of the labels that select workers of the fleet
 * @param maxWritesPerSecond changes that this instance writes per second
 * @param streamBuffer changes that wait for one subscriber of the stream
 */
@Validated
@ConfigurationProperties("frontdoor.directory")
public record DirectoryProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("15s") @DurationMin(millis = 500) @DurationMax(hours = 1) Duration lease,
        @DefaultValue("5s") @DurationMin(millis = 100) @DurationMax(minutes = 20)
                Duration renewalInterval,
        @DefaultValue("false") boolean await,
        @DefaultValue("2s") @DurationMin(millis = 100) @DurationMax(minutes = 1)
                Duration commandTimeout,
        @DefaultValue @Size(max = 4)
                List<@Pattern(regexp = "[a-z*][a-z0-9_.*-]{0,63}") String> indexedLabels,
        @DefaultValue("2000") @Min(1) @Max(100_000) int maxWritesPerSecond,
        @DefaultValue("10000") @Min(100) @Max(1_000_000) int streamBuffer) {

    /** Copies the list. */
    public DirectoryProperties {
        indexedLabels = List.copyOf(indexedLabels);
    }

    @AssertTrue(message = "frontdoor.directory.lease must be at least twice the renewal-interval")
    boolean isLeaseLongerThanRenewals() {
        return lease.compareTo(renewalInterval.multipliedBy(2)) >= 0;
    }
}
