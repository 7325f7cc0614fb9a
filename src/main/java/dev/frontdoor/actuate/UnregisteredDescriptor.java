package dev.frontdoor.actuate;

import dev.frontdoor.connection.Rejection;
import dev.frontdoor.connection.WorkerConnection;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * A worker that is connected but not registered.
 *
 * @param remoteAddress where the worker connected from, as {@code host:port}
 * @param transport what carries the connection: {@code websocket} or {@code tcp}
 * @param connectedAt when the connection was opened
 * @param lastRejection its last rejected registration; null if none was rejected
 */
public record UnregisteredDescriptor(
        long pid,
        String remoteAddress,
        String transport,
        Instant connectedAt,
        @Nullable RejectionDescriptor lastRejection) {

    /**
     * A rejected registration.
     *
     * @param identity the identity that the worker declared, truncated and escaped
     * @param reason the reason that the worker received, truncated and escaped
     * @param at when it was rejected
     */
    public record RejectionDescriptor(String identity, String reason, Instant at) {}

    static UnregisteredDescriptor of(WorkerConnection connection) {
        Rejection rejection = connection.lastRejection();
        return new UnregisteredDescriptor(
                connection.pid(),
                connection.remoteAddress(),
                connection.transport(),
                connection.connectedAt(),
                rejection == null
                        ? null
                        : new RejectionDescriptor(
                                rejection.identity(), rejection.reason(), rejection.at()));
    }
}
