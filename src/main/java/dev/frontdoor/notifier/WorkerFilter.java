package dev.frontdoor.notifier;

import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

/**
 * Selects workers. A worker must match every component that is not null. Texts are compared
 * exactly.
 *
 * @param namespace a namespace that the worker serves; null matches all
 * @param taskQueue the worker's task queue; null matches all
 * @param node the worker's node; null matches all
 * @param activityType an activity type of the worker; null matches all
 * @param identity the worker's identity; null matches all
 */
public record WorkerFilter(
        @Nullable String namespace,
        @Nullable String taskQueue,
        @Nullable String node,
        @Nullable String activityType,
        @Nullable String identity) {

    /** Selects every worker. */
    public static final WorkerFilter ALL = new WorkerFilter(null, null, null, null, null);

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

    /** Whether a worker with this registration is selected. */
    public boolean matches(WorkerRegistration registration) {
        return (namespace == null || registration.namespaces().contains(namespace))
                && (taskQueue == null || taskQueue.equals(registration.taskQueue()))
                && (node == null || node.equals(registration.node()))
                && (activityType == null || registration.activityTypes().contains(activityType))
                && (identity == null || identity.equals(registration.identity()));
    }
}
