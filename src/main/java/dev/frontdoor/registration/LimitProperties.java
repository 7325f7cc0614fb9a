package dev.frontdoor.registration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import java.time.Duration;
import java.util.List;

/**
 * Limits of connections and registrations.
 *
 * @param maxConnections open connections; 0 to derive the limit from the heap
 * @param maxConnectionsPerAddress open connections from one address; 0 for no limit
 * @param trustedProxies addresses, or ranges such as 10.0.0.0/8, whose {@code X-Forwarded-For} is
 *     trusted
 * @param maxFrameSize the size of one message from a worker, including its header
 * @param maxInboundBytes bytes buffered from a worker while one of its frames is processed
 * @param maxOutboundBytes bytes buffered for a worker that has not read them
 * @param connectTimeout time for Connect, or, without tokens, for Connect or WorkerRegister
 * @param registrationTimeout time for the first WorkerRegister; 0 for no limit
 * @param registrationsPerSecond registrations started per second; 0 for no limit
 * @param registrationQueue registrations that wait for this rate; further ones are rejected
 * @param requestHeadTimeout time for a request head
 * @param closeTimeout time for a worker to answer a close
 */
@ConfigurationProperties("frontdoor.limits")
public record LimitProperties(
        @DefaultValue("0") int maxConnections,
        @DefaultValue("0") int maxConnectionsPerAddress,
        @DefaultValue List<String> trustedProxies,
        @DefaultValue("1MB") DataSize maxFrameSize,
        @DefaultValue("64KB") DataSize maxInboundBytes,
        @DefaultValue("1MB") DataSize maxOutboundBytes,
        @DefaultValue("10s") Duration connectTimeout,
        @DefaultValue("30s") Duration registrationTimeout,
        @DefaultValue("0") int registrationsPerSecond,
        @DefaultValue("10000") int registrationQueue,
        @DefaultValue("10s") Duration requestHeadTimeout,
        @DefaultValue("5s") Duration closeTimeout) {

    private static final String PREFIX = "frontdoor.limits.";

    /** Refuses limits that would let nothing through. */
    public LimitProperties {
        requireNotNegative("max-connections", maxConnections);
        requireNotNegative("max-connections-per-address", maxConnectionsPerAddress);
        trustedProxies = List.copyOf(trustedProxies);
        requireSize("max-frame-size", maxFrameSize);
        requireSize("max-inbound-bytes", maxInboundBytes);
        requireSize("max-outbound-bytes", maxOutboundBytes);
        requirePositive("connect-timeout", connectTimeout);
        if (registrationTimeout.isNegative()) {
            throw new IllegalArgumentException(
                    PREFIX + "registration-timeout must be 0 or more, was " + registrationTimeout);
        }
        requireNotNegative("registrations-per-second", registrationsPerSecond);
        requireNotNegative("registration-queue", registrationQueue);
        requirePositive("request-head-timeout", requestHeadTimeout);
        requirePositive("close-timeout", closeTimeout);
    }

    private static void requireNotNegative(String key, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(
                    "%s must be 0 or more, was %d".formatted(PREFIX + key, value));
        }
    }

    private static void requireSize(String key, DataSize size) {
        if (size.toBytes() < 1 || size.toBytes() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "%s must be from 1B to 2047MB, was %s".formatted(PREFIX + key, size));
        }
    }

    private static void requirePositive(String key, Duration duration) {
        if (!duration.isPositive()) {
            throw new IllegalArgumentException(
                    "%s must be more than zero, was %s".formatted(PREFIX + key, duration));
        }
    }
}
