package dev.frontdoor.connection;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import java.time.Duration;
import java.util.List;

/**
 * What connections may take up.
 *
 * @param maxConnections how many may be open at once; 0 derives it from the heap
 * @param maxConnectionsPerAddress how many one address may have open; 0 for any number
 * @param trustedProxies addresses, or ranges as 10.0.0.0/8, whose {@code X-Forwarded-For} is
 *     believed
 * @param maxFrameSize how large a message from a worker may be, its header included
 * @param maxInboundBytes how much of a worker's may wait while one of its frames is being decided
 * @param maxOutboundBytes how much may wait for a worker to read it
 * @param connectTimeout how long a worker may take to send Connect, or, with authentication off,
 *     WorkerRegister
 * @param registrationTimeout how long a worker may take to send its first WorkerRegister; 0 for
 *     ever
 * @param requestHeadTimeout how long a request head may take to arrive
 * @param closeTimeout how long a worker may take to answer a close
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
        @DefaultValue("10s") Duration requestHeadTimeout,
        @DefaultValue("5s") Duration closeTimeout) {

    private static final String PREFIX = "frontdoor.limits.";

    /** Heap that one connection is given when the limit is derived, some six times its need. */
    private static final long HEAP_PER_CONNECTION = 16 * 1024;

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
        requirePositive("request-head-timeout", requestHeadTimeout);
        requirePositive("close-timeout", closeTimeout);
    }

    /** How many connections may be open: as set, or half the heap's worth of them. */
    int effectiveMaxConnections() {
        if (maxConnections > 0) {
            return maxConnections;
        }
        long derived = Runtime.getRuntime().maxMemory() / 2 / HEAP_PER_CONNECTION;
        return (int) Math.min(derived, Integer.MAX_VALUE);
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
