package dev.frontdoor.actuate;

import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.registration.LiveFacts;
import dev.frontdoor.registration.LiveWorker;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One row of the live table.
 *
 * @param node where the worker runs; null if it does not say
 * @param holders the bean names of the notifiers that hold the pid, in call order
 * @param remoteAddress where the worker connected from, as {@code host:port}
 * @param transport what carries the connection: {@code websocket} or {@code tcp}
 * @param principal who the worker has proved to be; null if it has proved nothing
 * @param userAgent what the worker is, by its own account; null if it does not say
 * @param labels its labels, by name
 * @param connectedAt when the connection was opened
 * @param registeredAt when the registration was accepted
 * @param pendingPushes number of pushes without an outcome
 * @param truncated whether texts or lists are truncated here; {@code /registrations/{pid}} has them
 *     whole
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
        String transport,
        @Nullable String principal,
        @Nullable String userAgent,
        SortedMap<String, String> labels,
        Instant connectedAt,
        Instant registeredAt,
        int pendingPushes,
        boolean truncated) {

    private static final int MAX_ITEMS = 100;

    static RegistrationDescriptor of(LiveWorker worker, int pendingPushes) {
        WorkerRegistration registration = worker.registration();
        LiveFacts facts = worker.link().facts();
        return new RegistrationDescriptor(
                worker.pid(),
                registration.identity(),
                registration.namespaces(),
                registration.taskQueue(),
                registration.node(),
                registration.activityTypes(),
                worker.holders(),
                worker.link().remoteAddress(),
                worker.link().transport(),
                nameOf(facts.principal()),
                facts.origin().userAgent(),
                new TreeMap<>(facts.labels()),
                worker.link().connectedAt(),
                worker.registeredAt(),
                pendingPushes,
                false);
    }

    /** The row with truncated texts, and with at most 100 items in each list. */
    RegistrationDescriptor truncate() {
        RegistrationDescriptor row = truncate(false);
        return row.equals(this) ? this : truncate(true);
    }

    private RegistrationDescriptor truncate(boolean marked) {
        return new RegistrationDescriptor(
                pid,
                DisplayText.truncate(identity),
                truncate(namespaces),
                DisplayText.truncate(taskQueue),
                node == null ? null : DisplayText.truncate(node),
                truncate(activityTypes),
                holders,
                remoteAddress,
                transport,
                principal,
                userAgent == null ? null : DisplayText.truncate(userAgent),
                truncate(labels),
                connectedAt,
                registeredAt,
                pendingPushes,
                marked);
    }

    /** The labels with truncated values. */
    static SortedMap<String, String> truncate(Map<String, String> labels) {
        SortedMap<String, String> truncated = new TreeMap<>(labels);
        truncated.replaceAll((_, value) -> DisplayText.truncate(value));
        return truncated;
    }

    /** The first 100 texts, truncated. */
    static List<String> truncate(List<String> texts) {
        return texts.stream().limit(MAX_ITEMS).map(DisplayText::truncate).toList();
    }

    static @Nullable String nameOf(@Nullable Principal principal) {
        return principal == null ? null : principal.name();
    }
}
