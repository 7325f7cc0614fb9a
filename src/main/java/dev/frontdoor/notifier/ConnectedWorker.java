package dev.frontdoor.notifier;

import dev.frontdoor.protocol.WorkerRegistration;

import java.time.Instant;
import java.util.List;

/**
 * A registered worker at the moment of the query. Immutable; no component is null.
 *
 * @param pid the number of its connection
 * @param registration its last accepted registration
 * @param holders the bean names of the notifiers that hold the pid, in call order
 * @param remoteAddress where it connected from, as {@code host:port}
 * @param connectedAt when its connection was opened
 * @param registeredAt when the registration was accepted
 * @param pendingPushes number of pushes without an outcome; without those that nobody awaits
 */
public record ConnectedWorker(
        long pid,
        WorkerRegistration registration,
        List<String> holders,
        String remoteAddress,
        Instant connectedAt,
        Instant registeredAt,
        int pendingPushes) {

    /** Copies the list. */
    public ConnectedWorker {
        holders = List.copyOf(holders);
    }
}
