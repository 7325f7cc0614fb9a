package dev.frontdoor.notifier;

import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A registered worker at the moment of the query. Immutable. {@link Workers#connection} tells more
 * about its connection.
 *
 * @param pid the number of its connection
 * @param registration its last accepted registration
 * @param holders the bean names of the notifiers that hold the pid, in call order
 * @param remoteAddress where it connected from, as {@code host:port}
 * @param connectedAt when its connection was opened
 * @param registeredAt when the registration was accepted
 * @param pendingPushes number of pushes without an outcome; without those that nobody awaits
 * @param userAgent what it is, by its own account; null if it does not say
 * @param labels its labels, by name
 */
public record ConnectedWorker(
        long pid,
        WorkerRegistration registration,
        List<String> holders,
        String remoteAddress,
        Instant connectedAt,
        Instant registeredAt,
        int pendingPushes,
        @Nullable String userAgent,
        Map<String, String> labels) {

    /** Copies the list and the map. */
    public ConnectedWorker {
        holders = List.copyOf(holders);
        labels = Map.copyOf(labels);
    }

    /** A worker that declares neither its user agent nor labels. */
    public ConnectedWorker(
            long pid,
            WorkerRegistration registration,
            List<String> holders,
            String remoteAddress,
            Instant connectedAt,
            Instant registeredAt,
            int pendingPushes) {
        this(
                pid,
                registration,
                holders,
                remoteAddress,
                connectedAt,
                registeredAt,
                pendingPushes,
                null,
                Map.of());
    }
}
