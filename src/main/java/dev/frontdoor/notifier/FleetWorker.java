package dev.frontdoor.notifier;

import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A registered worker of any instance, as the directory knows it. Immutable.
 *
 * @param instance the name of the process that it is connected to
 * @param pid the number of its connection, unique within that instance
 * @param registration its last accepted registration, without its activities, which the directory
 *     does not keep
 * @param holders the bean names of the notifiers that hold the pid, in call order
 * @param remoteAddress where it connected from, as {@code host:port}
 * @param transport what carries the connection: {@code websocket} or {@code tcp}
 * @param principal who it has proved to be; null if it has proved nothing
 * @param userAgent what it is, by its own account; null if it does not say
 * @param labels its labels, by name
 * @param connectedAt when its connection was opened, by the clock of its instance
 * @param registeredAt when the registration was accepted, by the clock of its instance
 */
public record FleetWorker(
        String instance,
        long pid,
        WorkerRegistration registration,
        List<String> holders,
        String remoteAddress,
        String transport,
        @Nullable String principal,
        @Nullable String userAgent,
        Map<String, String> labels,
        Instant connectedAt,
        Instant registeredAt) {

    /** Copies the list and the map. */
    public FleetWorker {
        holders = List.copyOf(holders);
        labels = Map.copyOf(labels);
    }

    /** Its place in the order of {@link Fleet#list}, whose next page can begin after it. */
    public String cursor() {
        return "%s_%s_%s".formatted(registeredAt.toEpochMilli(), pid, instance);
    }
}
