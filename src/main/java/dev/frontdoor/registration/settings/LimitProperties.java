package dev.frontdoor.registration.settings;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

import java.time.Duration;
import java.util.List;

/**
 * Limits of connections and registrations.
 *
 * @param maxConnections open connections; 0 to derive the limit from the heap
 * @param maxConnectionAge age at which a connection is closed with 1012; each connection has a
 *     random part of it, from three quarters to all; 0 for no limit
 * @param maxConnectionsPerAddress open connections from one address; 0 for no limit
 * @param maxConnectionsPerPrincipal open connections of one principal; 0 for no limit
 * @param trustedProxies addresses, or ranges such as 10.0.0.0/8, whose {@code X-Forwarded-For} and
 *     PROXY protocol are trusted
 * @param maxFrameSize the size of one message from a worker, including its header
 * @param maxUnfinishedBytes memory of all messages together that have not arrived in full, or wait
 *     behind a frame that is processed; 0 to derive it from the memory
 * @param messageTimeout time for one message to arrive in full, and for messages to wait behind
 *     rejected registrations; 0 for no limit
 * @param maxRegistrationSize the size of one registration
 * @param maxNamespaces namespaces of one registration
 * @param maxActivityTypes activity types of one registration
 * @param maxActivities activities of one registration
 * @param maxNameSize the size of a namespace, a task queue, a node, an activity type, or the name
 *     of an activity, in UTF-8
 * @param maxRegisteredBytes heap for all registrations together; 0 to derive it from the heap
 * @param maxInboundBytes bytes buffered from a worker while one of its frames is processed
 * @param maxOutboundBytes bytes buffered for a worker that has not read them
 * @param maxUnreadBytes memory of all frames together that workers have not read; 0 to derive it
 *     from the memory
 * @param connectTimeout time for Connect, or, without tokens, for Connect or WorkerRegister
 * @param registrationTimeout time for the first WorkerRegister; 0 for no limit
 * @param registrationsPerSecond registrations started per second; 0 for no limit
 * @param maxRegistrationsPerSecondPerPrincipal registrations of one principal per second; 0 for no
 *     limit
 * @param registrationQueue registrations that wait for this rate; further ones are rejected
 * @param maxRequestHeadSize the size of a request head
 * @param requestHeadTimeout time for a request head, with what the connection begins with
 * @param httpTimeout time from the accept of a connection to its upgrade, other requests included;
 *     a connection that is not upgraded is closed then
 * @param closeTimeout time for a worker to answer a close, and for another peer to take its last
 *     response
 * @param maxEventLoopLag how late an event loop may run its tasks; a later one refuses upgrades; 0
 *     for no limit
 */
@Validated
@ConfigurationProperties("frontdoor.limits")
public record LimitProperties(
        @DefaultValue("0") @Min(0) int maxConnections,
        @DefaultValue("0s") @DurationMin(message = "must be 0 or more") Duration maxConnectionAge,
        @DefaultValue("0") @Min(0) int maxConnectionsPerAddress,
        @DefaultValue("0") @Min(0) int maxConnectionsPerPrincipal,
        @DefaultValue List<String> trustedProxies,
        @DefaultValue("1MB")
                @Min(value = 1, message = FROM_1B_TO_2047MB)
                @Max(value = Integer.MAX_VALUE, message = FROM_1B_TO_2047MB)
                DataSize maxFrameSize,
        @DefaultValue("0B") @Min(value = 0, message = "must be 0 or more")
                DataSize maxUnfinishedBytes,
        @DefaultValue("30s") @DurationMin(message = "must be 0 or more") Duration messageTimeout,
        @DefaultValue("256KB")
                @Min(value = 1, message = FROM_1B_TO_2047MB)
                @Max(value = Integer.MAX_VALUE, message = FROM_1B_TO_2047MB)
                DataSize maxRegistrationSize,
        @DefaultValue("256") @Min(1) int maxNamespaces,
        @DefaultValue("4096") @Min(1) int maxActivityTypes,
        @DefaultValue("4096") @Min(1) int maxActivities,
        @DefaultValue("1KB")
                @Min(value = 1, message = FROM_1B_TO_2047MB)
                @Max(value = Integer.MAX_VALUE, message = FROM_1B_TO_2047MB)
                DataSize maxNameSize,
        @DefaultValue("0B") @Min(value = 0, message = "must be 0 or more")
                DataSize maxRegisteredBytes,
        @DefaultValue("64KB")
                @Min(value = 1, message = FROM_1B_TO_2047MB)
                @Max(value = Integer.MAX_VALUE, message = FROM_1B_TO_2047MB)
                DataSize maxInboundBytes,
        @DefaultValue("1MB")
                @Min(value = 1, message = FROM_1B_TO_2047MB)
                @Max(value = Integer.MAX_VALUE, message = FROM_1B_TO_2047MB)
                DataSize maxOutboundBytes,
        @DefaultValue("0B") @Min(value = 0, message = "must be 0 or more") DataSize maxUnreadBytes,
        @DefaultValue("10s") @DurationMin(nanos = 1, message = MORE_THAN_0) Duration connectTimeout,
        @DefaultValue("30s") @DurationMin(message = "must be 0 or more")
                Duration registrationTimeout,
        @DefaultValue("0") @Min(0) int registrationsPerSecond,
        @DefaultValue("0") @Min(0) int maxRegistrationsPerSecondPerPrincipal,
        @DefaultValue("10000") @Min(0) int registrationQueue,
        @DefaultValue("8KB")
                @Min(value = 1024, message = FROM_1KB_TO_1MB)
                @Max(value = 1024 * 1024, message = FROM_1KB_TO_1MB)
                DataSize maxRequestHeadSize,
        @DefaultValue("10s") @DurationMin(nanos = 1, message = MORE_THAN_0)
                Duration requestHeadTimeout,
        @DefaultValue("1m") @DurationMin(nanos = 1, message = MORE_THAN_0) Duration httpTimeout,
        @DefaultValue("5s") @DurationMin(nanos = 1, message = MORE_THAN_0) Duration closeTimeout,
        @DefaultValue("1s") @DurationMin(message = "must be 0 or more") Duration maxEventLoopLag) {

    private static final String FROM_1B_TO_2047MB = "must be from 1B to 2047MB";
    private static final String FROM_1KB_TO_1MB = "must be from 1KB to 1MB";
    private static final String MORE_THAN_0 = "must be more than 0";

    /** Copies the list. */
    public LimitProperties {
        trustedProxies = List.copyOf(trustedProxies);
    }
}
