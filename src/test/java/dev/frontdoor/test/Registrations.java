package dev.frontdoor.test;

import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.protocol.WorkerRegistration.Activity;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Builds a registration from defaults: namespace {@code default}, task queue {@code default}, no
 * node, activity type {@code echo} and no typed activities.
 */
public final class Registrations {

    private final String identity;
    private final List<Activity> activities = new ArrayList<>();
    private List<String> namespaces = List.of("default");
    private String taskQueue = "default";
    private @Nullable String node;
    private List<String> activityTypes = List.of("echo");

    private Registrations(String identity) {
        this.identity = identity;
    }

    /** A registration of that identity with defaults. */
    public static Registrations of(String identity) {
        return new Registrations(identity);
    }

    /** Replaces the namespaces; none is possible. */
    public Registrations namespaces(String... namespaces) {
        this.namespaces = List.of(namespaces);
        return this;
    }

    /** Replaces the task queue. */
    public Registrations taskQueue(String taskQueue) {
        this.taskQueue = taskQueue;
        return this;
    }

    /** Sets the node; null means none. */
    public Registrations node(@Nullable String node) {
        this.node = node;
        return this;
    }

    /** Replaces the activity types; none is possible. */
    public Registrations activityTypes(String... activityTypes) {
        this.activityTypes = List.of(activityTypes);
        return this;
    }

    /** Adds a typed activity. */
    public Registrations activity(String name, String inputSchemaJson, String outputSchemaJson) {
        activities.add(new Activity(name, inputSchemaJson, outputSchemaJson));
        return this;
    }

    /** Builds the registration. */
    public WorkerRegistration build() {
        return new WorkerRegistration(
                namespaces, taskQueue, node, activityTypes, identity, activities);
    }
}
