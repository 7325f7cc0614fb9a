package dev.frontdoor.connection;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * The record of a connection that has ended.
 *
 * @param pid the connection's number
 * @param identity the identity its worker was registered with, or declared last if it never was,
 *     truncated; null if it declared none
 * @param remoteAddress where the worker connected from
 * @param connectedAt when the connection was opened
 * @param registeredAt since when its last registration was in force; null if it had none
 * @param endedAt when the connection ended
 * @param end how it ended
 */
public record Departure(
        long pid,
        @Nullable String identity,
        String remoteAddress,
        Instant connectedAt,
        @Nullable Instant registeredAt,
        Instant endedAt,
        ConnectionEnd end) {}
