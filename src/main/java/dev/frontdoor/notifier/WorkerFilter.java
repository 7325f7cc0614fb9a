package dev.frontdoor.notifier;

import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.TreeMap;

/**
 * Selects workers. A worker must match every component that is not null, and every label. Texts are
 * compared exactly, except {@code userAgent} and the values of labels: these are globs, in which
 * {@code *} stands for any characters and {@code ?} for any one.
 *
 * @param namespace a namespace that the worker serves; null matches all
 * @param taskQueue the worker's task queue; null matches all
 * @param node the worker's node; null matches all
 * @param activityType an activity type of the worker; null matches all
 * @param identity the worker's identity; null matches all
 * @param userAgent a glob for what the worker is; null matches all
 * @param labels globs for labels that the worker has, by name; empty matches all
 */
public record WorkerFilter(
        @Nullable String namespace,
        @Nullable String taskQueue,
        @Nullable String node,
        @Nullable String activityType,
        @Nullable String identity,
        @Nullable String userAgent,
        Map<String, String> labels) {

    /** Selects every worker. */
    public static final WorkerFilter ALL = new WorkerFilter(null, null, null, null, null);

    /** Copies the map. */
    public WorkerFilter {
        labels = Map.copyOf(labels);
    }

    /** Selects workers by their registration only. */
    public WorkerFilter(
            @Nullable String namespace,
            @Nullable String taskQueue,
            @Nullable String node,
            @Nullable String activityType,
            @Nullable String identity) {
        this(namespace, taskQueue, node, activityType, identity, null, Map.of());
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
        return new WorkerFilter(namespace, taskQueue, node, activityType, identity, glob, labels);
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
                namespace, taskQueue, node, activityType, identity, userAgent, more);
    }

    /** Whether a worker is selected. */
    public boolean matches(ConnectedWorker worker) {
        return matches(worker.registration())
                && matches(userAgent, worker.userAgent())
                && labels.entrySet().stream()
                        .allMatch(label ->
                                matches(label.getValue(), worker.labels().get(label.getKey())));
    }

    /**
     * Whether a worker with this registration can be selected. Of its connection nothing is
     * compared: {@link #matches(ConnectedWorker)} decides.
     */
    public boolean matches(WorkerRegistration registration) {
        return (namespace == null || registration.namespaces().contains(namespace))
                && (taskQueue == null || taskQueue.equals(registration.taskQueue()))
                && (node == null || node.equals(registration.node()))
                && (activityType == null || registration.activityTypes().contains(activityType))
                && (identity == null || identity.equals(registration.identity()));
    }

    private static boolean matches(@Nullable String glob, @Nullable String value) {
        return glob == null || (value != null && GlobPattern.matches(glob, value));
    }
}
