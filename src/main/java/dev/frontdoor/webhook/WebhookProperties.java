package dev.frontdoor.webhook;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;

import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

import java.time.Duration;
import java.util.List;

/**
 * Where the webhook sends events, and with which limits.
 *
 * @param enabled whether there is a {@code webhook} notifier
 * @param url the address of the receiver, http or https
 * @param source begins the {@code source} of the events, which the instance ends; empty for the
 *     application's name
 * @param secrets each makes one signature; empty to leave events unsigned
 * @param sslBundle the SSL bundle for https; empty for the JDK's certificates
 * @param connectTimeout time limit of a connection to the receiver
 * @param responseTimeout time limit of one whole attempt, from its start to the end of the response
 * @param maxSendingBytes heap for events that are being sent; 0 for an eighth of the heap
 * @param deliveries how queued events are delivered
 */
@Validated
@NotLonger(value = "connectTimeout", than = "responseTimeout")
@ConfigurationProperties("frontdoor.webhook")
public record WebhookProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("") @HttpUrl String url,
        @DefaultValue("")
                @Pattern(
                        regexp = "([\\w\\-.~:/\\[\\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*(?<!/)",
                        message = "must be empty or a URI without query, fragment and final slash")
                String source,
        @DefaultValue List<@Valid Secret> secrets,
        @DefaultValue("") String sslBundle,
        @DefaultValue("1s")
                @DurationMin(millis = 1, message = FROM_1MS_TO_24D)
                @DurationMax(days = 24, message = FROM_1MS_TO_24D)
                Duration connectTimeout,
        @DefaultValue("2s")
                @DurationMin(millis = 1, message = FROM_1MS_TO_24D)
                @DurationMax(days = 24, message = FROM_1MS_TO_24D)
                Duration responseTimeout,
        @DefaultValue("0B") @Min(value = 0, message = "must be 0 or more") DataSize maxSendingBytes,
        @DefaultValue @Valid Deliveries deliveries) {

    private static final String FROM_1MS_TO_24D = "must be from 1ms to 24d";

    /** Copies the list. */
    public WebhookProperties {
        secrets = List.copyOf(secrets);
    }

    /** The heap for events that are being sent, in bytes. */
    long sendingMemory() {
        return orShareOfHeap(maxSendingBytes, 8);
    }

    private static long orShareOfHeap(DataSize size, int parts) {
        return size.toBytes() > 0 ? size.toBytes() : Runtime.getRuntime().maxMemory() / parts;
    }

    /**
     * How queued events are delivered: ends, and events that correct the receiver's state.
     *
     * @param queueCapacity queued events; further ones are dropped
     * @param maxQueuedBytes heap for queued events; further ones are dropped; 0 for a sixteenth of
     *     the heap
     * @param maxConcurrent events in flight at once
     * @param maxAttempts attempts before an event is given up
     * @param maxAge age at which an event is given up
     * @param initialBackoff the longest pause after the first attempt; it doubles with each attempt
     * @param maxBackoff the longest pause after any attempt
     * @param flushTimeout how long a stop waits for queued events
     */
    @NotLonger(value = "initialBackoff", than = "maxBackoff")
    public record Deliveries(
            @DefaultValue("50000") @Min(1) int queueCapacity,
            @DefaultValue("0B") @Min(value = 0, message = "must be 0 or more")
                    DataSize maxQueuedBytes,
            @DefaultValue("16") @Min(1) int maxConcurrent,
            @DefaultValue("100") @Min(1) int maxAttempts,
            @DefaultValue("1h")
                    @DurationMin(millis = 1, message = FROM_1MS_TO_24D)
                    @DurationMax(days = 24, message = FROM_1MS_TO_24D)
                    Duration maxAge,
            @DefaultValue("500ms")
                    @DurationMin(millis = 1, message = FROM_1MS_TO_24D)
                    @DurationMax(days = 24, message = FROM_1MS_TO_24D)
                    Duration initialBackoff,
            @DefaultValue("1m")
                    @DurationMin(millis = 1, message = FROM_1MS_TO_24D)
                    @DurationMax(days = 24, message = FROM_1MS_TO_24D)
                    Duration maxBackoff,
            @DefaultValue("5s") @DurationMin(message = "must be 0 or more") Duration flushTimeout) {

        /** The heap for queued events, in bytes. */
        long queueMemory() {
            return orShareOfHeap(maxQueuedBytes, 16);
        }
    }
}
