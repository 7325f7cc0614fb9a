package dev.frontdoor.registration;

import dev.frontdoor.notifier.TransportKind;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * What is known about a connection from its start and does not change.
 *
 * @param instance the name of this process
 * @param pid its number
 * @param transport what carries it
 * @param remoteAddress where the worker connected from, as {@code host:port} or {@code host}
 * @param connectedAt when it was opened
 * @param userAgent what the worker is, by its own account; null if it does not say
 */
public record ConnectionOrigin(
        String instance,
        long pid,
        TransportKind transport,
        String remoteAddress,
        Instant connectedAt,
        @Nullable String userAgent) {}
