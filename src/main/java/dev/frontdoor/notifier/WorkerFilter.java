package dev.frontdoor.notifier;

import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

/**
 * Which workers are meant: those that agree with every part that is given. A part is compared as a
 * whole and exactly; null lets all through.
 *
 * @param namespace one of the namespaces served
 * @param taskQueue the task queue
 * @param node the node
 * @param activityType one of the activity types
 * @param identity the identity
 */
public record WorkerFilter(
        @Nullable String namespace,
        @Nullable String taskQueue,
        @Nullable String node,
        @Nullable String activityType,
        @Nullable String identity) {

    /** Every worker. */
    public static final WorkerFilter ALL = new WorkerFilter(null, null, null, null, null);

    /** Those that serve a namespace. */
    public static WorkerFilter namespace(String namespace) {
        return new WorkerFilter(namespace, null, null, null, null);
    }

    /** Those that take work from a queue. */
    public static WorkerFilter taskQueue(String taskQueue) {
        return new WorkerFilter(null, taskQueue, null, null, null);
    }

    /** Those that can execute an activity type. */
    public static WorkerFilter activityType(String activityType) {
        return new WorkerFilter(null, null, null, activityType, null);
    }

    /** Those of an identity. */
    public static WorkerFilter identity(String identity) {
        return new WorkerFilter(null, null, null, null, identity);
    }

    /** Whether such a worker is meant. */
    public boolean matches(WorkerRegistration registration) {
        return (namespace == null || registration.namespaces().contains(namespace))
                && (taskQueue == null || taskQueue.equals(registration.taskQueue()))
                && (node == null || node.equals(registration.node()))
                && (activityType == null || registration.activityTypes().contains(activityType))
                && (identity == null || identity.equals(registration.identity()));
    }
}
