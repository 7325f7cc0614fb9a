package dev.frontdoor.registration;

import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.protocol.WorkerRegistration.Activity;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The heap that all registrations together use. Texts that many workers declare alike (namespaces,
 * queues, activity types, schemas) are kept once, and count once. Safe for use by any thread.
 */
final class RegistrationMemory {

    private final MemoryBudget budget;

    /** The texts of all registrations, except the identities. */
    private final ConcurrentMap<String, SharedText> texts;

    RegistrationMemory(MemoryBudget budget) {
        this(budget, new ConcurrentHashMap<>());
    }

    /** For a map that fails. */
    RegistrationMemory(MemoryBudget budget, ConcurrentMap<String, SharedText> texts) {
        this.budget = budget;
        this.texts = texts;
    }

    /** Makes room for a registration. Returns null if there is none. */
    @Nullable Reservation reserve(WorkerRegistration registration) {
        List<String> shared = new ArrayList<>();
        Reservation reservation = null;
        budget.add(HeapSize.of(registration));
        try {
            reservation = new Reservation(share(registration, shared));
        } finally {
            if (reservation == null) {
                shared.forEach(this::release);
                budget.release(HeapSize.of(registration));
            }
        }
        if (budget.isExceeded()) {
            reservation.release();
            return null;
        }
        return reservation;
    }

    /** How many different texts are kept. */
    int texts() {
        return texts.size();
    }

    /** Shares the texts of a registration, and lists each of them once it is shared. */
    private WorkerRegistration share(WorkerRegistration registration, List<String> shared) {
        String node = registration.node();
        return new WorkerRegistration(
                share(registration.namespaces(), shared),
                share(registration.taskQueue(), shared),
                node == null ? null : share(node, shared),
                share(registration.activityTypes(), shared),
                registration.identity(),
                shareAll(registration.activities(), shared));
    }

    private List<String> share(List<String> list, List<String> shared) {
        String[] kept = new String[list.size()];
        Arrays.setAll(kept, index -> share(list.get(index), shared));
        return List.of(kept);
    }

    private List<Activity> shareAll(List<Activity> activities, List<String> shared) {
        Activity[] kept = new Activity[activities.size()];
        Arrays.setAll(kept, index -> share(activities.get(index), shared));
        return List.of(kept);
    }

    private Activity share(Activity activity, List<String> shared) {
        return new Activity(
                share(activity.name(), shared),
                share(activity.inputSchemaJson(), shared),
                share(activity.outputSchemaJson(), shared));
    }

    private String share(String text, List<String> shared) {
        SharedText kept =
                Objects.requireNonNull(texts.compute(text, (_, earlier) -> used(earlier, text)));
        shared.add(text);
        return kept.text;
    }

    private SharedText used(@Nullable SharedText kept, String text) {
        if (kept == null) {
            SharedText first = new SharedText(text);
            budget.add(HeapSize.ofShared(text));
            return first;
        }
        kept.uses++;
        return kept;
    }

    private void release(WorkerRegistration registration) {
        registration.namespaces().forEach(this::release);
        release(registration.taskQueue());
        String node = registration.node();
        if (node != null) {
            release(node);
        }
        registration.activityTypes().forEach(this::release);
        for (Activity activity : registration.activities()) {
            release(activity.name());
            release(activity.inputSchemaJson());
            release(activity.outputSchemaJson());
        }
        budget.release(HeapSize.of(registration));
    }

    private void release(String text) {
        SharedText _ = texts.computeIfPresent(text, (_, kept) -> unused(kept));
    }

    private @Nullable SharedText unused(SharedText kept) {
        kept.uses--;
        if (kept.uses > 0) {
            return kept;
        }
        budget.release(HeapSize.ofShared(kept.text));
        return null;
    }

    /** A text, and how often registrations hold it. Changed under the lock of its entry only. */
    static final class SharedText {

        private final String text;
        private int uses = 1;

        SharedText(String text) {
            this.text = text;
        }
    }

    /**
     * The room of one registration. Several may use it, one after the other or together, but only
     * one thread at a time.
     */
    final class Reservation {

        private final WorkerRegistration registration;
        private int uses = 1;

        private Reservation(WorkerRegistration registration) {
            this.registration = registration;
        }

        /** The registration with the shared texts. */
        WorkerRegistration registration() {
            return registration;
        }

        /** The same room for one more use, which is to be released too. */
        Reservation again() {
            uses++;
            return this;
        }

        /** Ends one use. The last one gives the room back. */
        void release() {
            if (uses > 0 && --uses == 0) {
                RegistrationMemory.this.release(registration);
            }
        }
    }
}
