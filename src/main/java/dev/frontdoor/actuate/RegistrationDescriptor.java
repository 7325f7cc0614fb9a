package dev.frontdoor.actuate;

import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.registration.LiveWorker;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * One row of the live table.
 *
 * @param node where the worker runs; null if it does not say
 * @param holders the bean names of the notifiers that hold the pid, in call order
 * @param remoteAddress where the worker connected from, as {@code host:port}
 * @param connectedAt when the connection was opened
 * @param registeredAt when the registration was accepted
 * @param pendingPushes number of pushes without an outcome
 */
public record RegistrationDescriptor(
        long pid,
        String identity,
        List<String> namespaces,
        String taskQueue,
        @Nullable String node,
        List<String> activityTypes,
        List<String> holders,
        String remoteAddress,
        Instant connectedAt,
        Instant registeredAt,
        int pendingPushes) {

    static RegistrationDescriptor of(LiveWorker worker, int pendingPushes) {
        WorkerRegistration registration = worker.registration();
        return new RegistrationDescriptor(
                worker.pid(),
                registration.identity(),
                registration.namespaces(),
                registration.taskQueue(),
                registration.node(),
                registration.activityTypes(),
                worker.holders(),
                worker.link().remoteAddress(),
                worker.link().connectedAt(),
                worker.registeredAt(),
                pendingPushes);
    }
}
