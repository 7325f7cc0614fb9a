package dev.frontdoor.notifier;

import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Selects workers. A worker must match every component that is not null, and every label. Texts are
 * globs ({@link GlobPattern}), in which {@code *} stands for any characters and {@code ?} for any
 * one. So a text without these is compared exactly.
 *
 * @param namespace a namespace that the worker serves; null matches all
 * @param taskQueue the worker's task queue; null matches all
 * @param node the worker's node; null matches all
 * @param activityType an activity type of the worker; null matches all
 * @param identity the worker's identity; null matches all
 * @param userAgent what the worker is; null matches all
 * @param labels globs for labels that the worker has, by their exact name; empty matches all
 * @param holder the bean name of a notifier that holds the worker; null matches all
 * @param since when its registration was accepted at the earliest; null matches all
 */
public record WorkerFilter(
        @Nullable String namespace,
        @Nullable String taskQueue,
        @Nullable String node,
        @Nullable String activityType,
        @Nullable String identity,
        @Nullable String userAgent,
        Map<String, String> labels,
        @Nullable String holder,
        @Nullable Instant since) {

    /** Selects every worker. */
    public static final WorkerFilter ALL = new WorkerFilter(null, null, null, null, null);

    /**
     * Copies the map.
     *
     * @throws IllegalArgumentException if a glob has more than 64 characters between two stars,
     *     which would make hostile values expensive
     */
    public WorkerFilter {
        labels = Map.copyOf(labels);
        GlobPattern.check(namespace);
        GlobPattern.check(taskQueue);
        GlobPattern.check(node);
        GlobPattern.check(activityType);
        GlobPattern.check(identity);
        GlobPattern.check(userAgent);
        GlobPattern.check(holder);
        labels.values().forEach(GlobPattern::check);
    }

    /** Selects workers by their registration only. */
    public WorkerFilter(
            @Nullable String namespace,
            @Nullable String taskQueue,
            @Nullable String node,
            @Nullable String activityType,
            @Nullable String identity) {
        this(namespace, taskQueue, node, activityType, identity, null, Map.of(), null, null);
    }

    /** Selects the workers that serve a namespace. */
    public static WorkerFilter namespace(String namespace) {
        return new WorkerFilter(namespace, null, null, null, null);
    }

    /** Selects the workers of a task queue. */
    public static WorkerFilter taskQueue(String taskQueue) {
        return new WorkerFilter(null, taskQueue, null, null, null);
    }

    /** Selects the workers that execute an activity type. */
    public static WorkerFilter activityType(String activityType) {
        return new WorkerFilter(null, null, null, activityType, null);
    }

    /** Selects the workers with an identity. */
    public static WorkerFilter identity(String identity) {
        return new WorkerFilter(null, null, null, null, identity);
    }

    /** This filter, for workers with such a {@code User-Agent} only. */
    public WorkerFilter withUserAgent(String glob) {
        return new WorkerFilter(
                namespace, taskQueue, node, activityType, identity, glob, labels, holder, since);
    }

    /**
     * This filter, for workers that have such a label only.
     *
     * @param name the label's exact name
     * @param glob matches its value
     */
    public WorkerFilter withLabel(String name, String glob) {
        Map<String, String> more = new TreeMap<>(labels);
        more.put(name, glob);
        return new WorkerFilter(
                namespace, taskQueue, node, activityType, identity, userAgent, more, holder, since);
    }

    /** This filter, for workers that such a notifier holds only. */
    public WorkerFilter withHolder(String glob) {
        return new WorkerFilter(
                namespace, taskQueue, node, activityType, identity, userAgent, labels, glob, since);
    }

    /** This filter, for workers whose registration was accepted then or later only. */
    public WorkerFilter withSince(Instant earliest) {
        return new WorkerFilter(
                namespace,
                taskQueue,
                node,
                activityType,
                identity,
                userAgent,
                labels,
                holder,
                earliest);
    }

    /** Whether a worker is selected. */
    public boolean matches(ConnectedWorker worker) {
        return matches(worker.registration())
                && matches(
                        worker.holders(),
                        worker.registeredAt(),
                        worker.userAgent(),
                        worker.labels());
    }

    /**
     * Whether a worker with this registration can be selected. Of what the registration does not
     * say nothing is compared: {@link #matches(ConnectedWorker)} decides.
     */
    public boolean matches(WorkerRegistration registration) {
        return matches(namespace, registration.namespaces())
                && matches(taskQueue, registration.taskQueue())
                && matches(node, registration.node())
                && matches(activityType, registration.activityTypes())
                && matches(identity, registration.identity());
    }

    /**
     * Whether a worker whose registration matches is selected.
     *
     * @param holders the bean names of the notifiers that hold it
     * @param registeredAt when its registration was accepted
     * @param agent what it is; null if it does not say
     * @param itsLabels its labels, by name
     */
    public boolean matches(
            List<String> holders,
            Instant registeredAt,
            @Nullable String agent,
            Map<String, String> itsLabels) {
        if (!matches(holder, holders)
                || (since != null && registeredAt.compareTo(since) < 0)
                || !matches(userAgent, agent)) {
            return false;
        }
        for (Map.Entry<String, String> label : labels.entrySet()) {
            if (!matches(label.getValue(), itsLabels.get(label.getKey()))) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(@Nullable String glob, List<String> values) {
        if (glob == null) {
            return true;
        }
        for (String value : values) {
            if (GlobPattern.matches(glob, value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(@Nullable String glob, @Nullable String value) {
        return glob == null || (value != null && GlobPattern.matches(glob, value));
    }
}
