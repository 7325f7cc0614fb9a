package dev.frontdoor.connection;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * A connection that has ended.
 *
 * @param pid its number
 * @param identity what its worker was registered as; null if it never was
 * @param remoteAddress where it came from
 * @param connectedAt when it was opened
 * @param registeredAt since when its last registration was in force; null if it had none
 * @param endedAt when it ended
 * @param ending how
 */
public record Departure(
        long pid,
        @Nullable String identity,
        String remoteAddress,
        Instant connectedAt,
        @Nullable Instant registeredAt,
        Instant endedAt,
        Ending ending) {}
