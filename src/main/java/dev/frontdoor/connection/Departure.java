package dev.frontdoor.connection;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/**
 * The record of a connection that has ended.
 *
 * @param pid the connection's number
 * @param identity the identity its worker was registered with, or declared last if it never was,
 *     truncated and escaped; null if it declared none
 * @param remoteAddress where the worker connected from
 * @param transport what carried the connection
 * @param connectedAt when the connection was opened
 * @param registeredAt since when its last registration was in force; null if it had none
 * @param registeredFor how long that registration was in force; null if there was none. Dates do
 *     not tell, because the clock may have been set in between
 * @param endedAt when the connection ended
 * @param end how it ended
 */
public record Departure(
        long pid,
        @Nullable String identity,
        String remoteAddress,
        String transport,
        Instant connectedAt,
        @Nullable Instant registeredAt,
        @Nullable Duration registeredFor,
        Instant endedAt,
        ConnectionEnd end) {}
