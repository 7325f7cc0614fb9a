package dev.frontdoor.registration;

import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.protocol.WorkerRegistration.Activity;

import org.jspecify.annotations.Nullable;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Keeps one copy of what many workers declare alike: namespaces, queues, activity types, schemas.
 * It has a fixed number of slots, each a weak reference that a later string may replace. So hostile
 * workers cannot make it grow. Safe for use by any thread.
 */
final class StringInterner {

    private static final int SLOTS = 4096;

    private final AtomicReferenceArray<@Nullable WeakReference<String>> slots =
            new AtomicReferenceArray<>(SLOTS);

    /** An equal registration, whose strings are shared, except the identity. */
    WorkerRegistration share(WorkerRegistration registration) {
        String node = registration.node();
        return new WorkerRegistration(
                share(registration.namespaces()),
                share(registration.taskQueue()),
                node == null ? null : share(node),
                share(registration.activityTypes()),
                registration.identity(),
                shareActivities(registration.activities()));
    }

    private List<Activity> shareActivities(List<Activity> activities) {
        Activity[] shared = new Activity[activities.size()];
        for (int i = 0; i < shared.length; i++) {
            Activity activity = activities.get(i);
            shared[i] =
                    new Activity(
                            share(activity.name()),
                            share(activity.inputSchemaJson()),
                            share(activity.outputSchemaJson()));
        }
        return List.of(shared);
    }

    private List<String> share(List<String> strings) {
        String[] shared = new String[strings.size()];
        for (int i = 0; i < shared.length; i++) {
            shared[i] = share(strings.get(i));
        }
        return List.of(shared);
    }

    private String share(String text) {
        int hash = text.hashCode();
        int slot = (hash ^ hash >>> 16) & SLOTS - 1;
        WeakReference<String> reference = slots.get(slot);
        String there = reference == null ? null : reference.get();
        if (there != null && there.equals(text)) {
            return there;
        }
        slots.set(slot, new WeakReference<>(text));
        return text;
    }
}
