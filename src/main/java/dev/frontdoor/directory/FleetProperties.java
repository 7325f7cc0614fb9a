package dev.frontdoor.directory;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Actions on workers of other instances, and what holds for the workers of all.
 *
 * @param key signs the messages between instances, 24 bytes or more; empty to leave them unsigned
 * @param maxPayloadSize maximum size of a payload to, or a reply of, a worker of another instance
 * @param maxPending maximum number of actions that this instance awaits from others, and as many
 *     that it carries out for others
 * @param maxPendingBytes maximum size of their payloads together
 * @param identities whether {@code frontdoor.duplicate-identity} holds for all instances together
 * @param bans whether a ban holds on all instances
 * @param rebalance how workers are spread over the instances
 */
@Validated
@ConfigurationProperties("frontdoor.fleet")
public record FleetProperties(
        @DefaultValue("") String key,
        @DefaultValue("1MB")
                @Min(value = 1, message = "must be from 1B to 8MB")
                @Max(value = 8 << 20, message = "must be from 1B to 8MB")
                DataSize maxPayloadSize,
        @DefaultValue("10000") @Min(1) @Max(100_000) int maxPending,
        @DefaultValue("16MB") @Min(value = 1, message = "must be 1B or more")
                DataSize maxPendingBytes,
        @DefaultValue("false") boolean identities,
        @DefaultValue("false") boolean bans,
        @DefaultValue @Valid Rebalance rebalance) {

    private static final int MIN_KEY_SIZE = 24;

    @AssertTrue(message = "frontdoor.fleet.key must be empty or have at least 24 bytes of UTF-8")
    boolean isKeyLongEnough() {
        return key.isEmpty() || key.getBytes(StandardCharsets.UTF_8).length >= MIN_KEY_SIZE;
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "FleetProperties[signed=%s]".formatted(!key.isEmpty());
    }

    /**
     * How workers are spread over the instances.
     *
     * @param enabled whether the fullest instance evicts its surplus
     * @param maxPerSecond maximum number of workers that it evicts per second
     * @param tolerance how much more than the average it may have, as a share of the average
     * @param minStay how long a worker has been connected before it is evicted; so a worker that
     *     has moved is not moved again within this time
     */
    public record Rebalance(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("20") @Min(1) @Max(10_000) int maxPerSecond,
            @DefaultValue("0.05") @DecimalMin("0") @DecimalMax("10") double tolerance,
            @DefaultValue("10m") @DurationMin(seconds = 1) @DurationMax(days = 30)
                    Duration minStay) {}
}
