package dev.frontdoor.notifier;

import dev.frontdoor.protocol.WorkerRegistration;

import java.time.Instant;
import java.util.List;

/**
 * A registered worker, as it was when asked for.
 *
 * @param pid its connection
 * @param registration what it declared last and was accepted with
 * @param holders the bean names of the notifiers that hold it, in call order
 * @param remoteAddress where it connected from, as {@code host:port}
 * @param connectedAt when its connection was opened
 * @param registeredAt when the registration was accepted
 * @param pendingPushes pushes it has not answered yet
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
