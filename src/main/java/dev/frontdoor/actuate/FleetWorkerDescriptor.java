package dev.frontdoor.actuate;

import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.notifier.FleetWorker;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/**
 * A worker of the fleet. Texts are truncated, and lists have their first 100 items.
 *
 * @param instance the process that it is connected to
 * @param node where it runs; null if it does not say
 * @param holders the bean names of the notifiers that hold the pid, in call order
 * @param remoteAddress where it connected from, as {@code host:port}
 * @param transport what carries the connection: {@code websocket} or {@code tcp}
 * @param principal who it has proved to be; null if it has proved nothing
 * @param userAgent what it is, by its own account; null if it does not say
 * @param labels its labels, by name
 */
public record FleetWorkerDescriptor(
        String instance,
        long pid,
        String identity,
        List<String> namespaces,
        String taskQueue,
        @Nullable String node,
        List<String> activityTypes,
        List<String> holders,
        String remoteAddress,
        String transport,
        @Nullable String principal,
        @Nullable String userAgent,
        SortedMap<String, String> labels,
        Instant connectedAt,
        Instant registeredAt) {

    /** The row of a worker. */
    public static FleetWorkerDescriptor of(FleetWorker worker) {
        WorkerRegistration registration = worker.registration();
        return new FleetWorkerDescriptor(
                worker.instance(),
                worker.pid(),
                DisplayText.truncate(registration.identity()),
                RegistrationDescriptor.truncate(registration.namespaces()),
                DisplayText.truncate(registration.taskQueue()),
                truncate(registration.node()),
                RegistrationDescriptor.truncate(registration.activityTypes()),
                worker.holders(),
                worker.remoteAddress(),
                worker.transport(),
                worker.principal(),
                truncate(worker.userAgent()),
                RegistrationDescriptor.truncate(worker.labels()),
                worker.connectedAt(),
                worker.registeredAt());
    }

    private static @Nullable String truncate(@Nullable String text) {
        return text == null ? null : DisplayText.truncate(text);
    }
}
