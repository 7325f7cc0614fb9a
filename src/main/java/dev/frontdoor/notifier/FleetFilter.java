package dev.frontdoor.notifier;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/**
 * Selects workers of the fleet by exact values. A worker must match every component that is not
 * null, and every label.
 *
 * @param namespace a namespace that the worker serves; null matches all
 * @param taskQueue the worker's task queue; null matches all
 * @param node the worker's node; null matches all
 * @param activityType an activity type of the worker; null matches all
 * @param identity the worker's identity; null matches all
 * @param labels values of labels by name, of those in {@code frontdoor.directory.indexed-labels}
 */
public record FleetFilter(
        @Nullable String namespace,
        @Nullable String taskQueue,
        @Nullable String node,
        @Nullable String activityType,
        @Nullable String identity,
        Map<String, String> labels) {

    /** Selects every worker. */
    public static final FleetFilter ALL = new FleetFilter(null, null, null, null, null, Map.of());

    /** Copies the map. */
    public FleetFilter {
        labels = Map.copyOf(labels);
    }
}
