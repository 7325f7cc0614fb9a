package dev.frontdoor.actuate;

import dev.frontdoor.connection.Rejection;
import dev.frontdoor.connection.WorkerConnection;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.registration.LiveFacts;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.SortedMap;

/**
 * A worker that is connected but not registered.
 *
 * @param remoteAddress where the worker connected from, as {@code host:port}
 * @param transport what carries the connection: {@code websocket} or {@code tcp}
 * @param principal who the worker has proved to be; null if it has proved nothing
 * @param userAgent what the worker is, by its own account, truncated; null if it does not say
 * @param labels its labels, by name; the values truncated
 * @param connectedAt when the connection was opened
 * @param lastRejection its last rejected registration; null if none was rejected
 */
public record UnregisteredDescriptor(
        long pid,
        String remoteAddress,
        String transport,
        @Nullable String principal,
        @Nullable String userAgent,
        SortedMap<String, String> labels,
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
        LiveFacts facts = connection.facts();
        String userAgent = facts.origin().userAgent();
        return new UnregisteredDescriptor(
                connection.pid(),
                connection.remoteAddress(),
                connection.transport(),
                RegistrationDescriptor.nameOf(facts.principal()),
                userAgent == null ? null : DisplayText.truncate(userAgent),
                RegistrationDescriptor.truncate(facts.labels()),
                connection.connectedAt(),
                rejection == null
                        ? null
                        : new RejectionDescriptor(
                                rejection.identity(), rejection.reason(), rejection.at()));
    }
}
