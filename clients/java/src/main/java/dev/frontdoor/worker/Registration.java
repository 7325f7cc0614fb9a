package dev.frontdoor.worker;

import java.util.List;
import java.util.Objects;

/**
 * What a worker declares about itself.
 *
 * @param identity the worker's own stable name, at most 992 bytes of UTF-8
 * @param namespaces the namespaces it serves, may be empty
 * @param taskQueue the queue it takes work from
 * @param node where it runs; null if it does not say so
 * @param activityTypes what it can execute, may be empty
 * @param activities the same with schemas, may be empty
 */
public record Registration(
        String identity,
        List<String> namespaces,
        String taskQueue,
        String node,
        List<String> activityTypes,
        List<Activity> activities) {

    /** Copies the lists. */
    public Registration {
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(taskQueue, "taskQueue");
        namespaces = List.copyOf(namespaces);
        activityTypes = List.copyOf(activityTypes);
        activities = List.copyOf(activities);
    }

    /** A worker of this name that takes work from the queue {@code default}. */
    public static Registration of(String identity) {
        return new Registration(identity, List.of(), "default", null, List.of(), List.of());
    }

    /** The same with other namespaces. */
    public Registration withNamespaces(String... names) {
        return new Registration(
                identity, List.of(names), taskQueue, node, activityTypes, activities);
    }

    /** The same with another task queue. */
    public Registration withTaskQueue(String name) {
        return new Registration(identity, namespaces, name, node, activityTypes, activities);
    }

    /** The same with another node; null for none. */
    public Registration withNode(String name) {
        return new Registration(identity, namespaces, taskQueue, name, activityTypes, activities);
    }

    /** The same with other activities, whose names become the activity types. */
    public Registration withActivities(Activity... typed) {
        List<String> names = List.of(typed).stream().map(Activity::name).toList();
        return new Registration(identity, namespaces, taskQueue, node, names, List.of(typed));
    }

    /** One activity. The schemas are texts of JSON Schema; {@code {}} allows every value. */
    public record Activity(String name, String inputSchema, String outputSchema) {

        /** All three are needed. */
        public Activity {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(inputSchema, "inputSchema");
            Objects.requireNonNull(outputSchema, "outputSchema");
        }
    }
}
