package dev.frontdoor.registration;

import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.protocol.WorkerRegistration.Activity;

import org.jspecify.annotations.Nullable;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Keeps one copy of what many workers declare alike: namespaces, queues, activity types, schemas.
 * It has so many places and no more, holds on to nothing that no registration holds, and may
 * forget; so what hostile workers declare costs no more here than anywhere. Safe for use by any
 * thread.
 */
final class StringInterner {

    private static final int PLACES = 4096;

    private final AtomicReferenceArray<@Nullable WeakReference<String>> places =
            new AtomicReferenceArray<>(PLACES);

    /** An equal registration, whose texts but the identity are shared. */
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

    private List<String> share(List<String> texts) {
        String[] shared = new String[texts.size()];
        for (int i = 0; i < shared.length; i++) {
            shared[i] = share(texts.get(i));
        }
        return List.of(shared);
    }

    private String share(String text) {
        int hash = text.hashCode();
        int place = (hash ^ hash >>> 16) & PLACES - 1;
        WeakReference<String> reference = places.get(place);
        String there = reference == null ? null : reference.get();
        if (there != null && there.equals(text)) {
            return there;
        }
        places.set(place, new WeakReference<>(text));
        return text;
    }
}
