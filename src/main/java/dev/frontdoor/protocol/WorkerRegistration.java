package dev.frontdoor.protocol;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What a worker declares of itself. Nothing here is checked beyond its encoding: any list and any
 * string may be empty, and names may repeat. Whether such a worker is wanted is a notifier's say.
 *
 * @param namespaces the namespaces it serves
 * @param taskQueue the queue it takes work from
 * @param node where it runs; null if it does not say, which is not the same as empty
 * @param activityTypes what it can execute
 * @param identity its own stable name
 * @param activities the typed surface; empty for an older worker that does not send it
 */
public record WorkerRegistration(
        List<String> namespaces,
        String taskQueue,
        @Nullable String node,
        List<String> activityTypes,
        String identity,
        List<Activity> activities) {

    /** Copies the lists. */
    public WorkerRegistration {
        namespaces = List.copyOf(namespaces);
        activityTypes = List.copyOf(activityTypes);
        activities = List.copyOf(activities);
    }

    /**
     * One typed activity.
     *
     * @param name the activity type
     * @param inputSchemaJson a JSON Schema text, unparsed
     * @param outputSchemaJson a JSON Schema text, unparsed
     */
    public record Activity(String name, String inputSchemaJson, String outputSchemaJson) {}
}
