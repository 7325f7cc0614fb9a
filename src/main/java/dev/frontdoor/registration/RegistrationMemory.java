package dev.frontdoor.registration;

import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.protocol.WorkerRegistration.Activity;

import org.jspecify.annotations.Nullable;

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
    private final ConcurrentMap<String, SharedText> texts = new ConcurrentHashMap<>();

    RegistrationMemory(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Makes room for a registration. Returns null if there is none. */
    @Nullable Reservation reserve(WorkerRegistration registration) {
        budget.add(HeapSize.of(registration));
        Reservation reservation = new Reservation(share(registration));
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

    private WorkerRegistration share(WorkerRegistration registration) {
        String node = registration.node();
        return new WorkerRegistration(
                share(registration.namespaces()),
                share(registration.taskQueue()),
                node == null ? null : share(node),
                share(registration.activityTypes()),
                registration.identity(),
                registration.activities().stream().map(this::share).toList());
    }

    private List<String> share(List<String> list) {
        return list.stream().map(this::share).toList();
    }

    private Activity share(Activity activity) {
        return new Activity(
                share(activity.name()),
                share(activity.inputSchemaJson()),
                share(activity.outputSchemaJson()));
    }

    private String share(String text) {
        return Objects.requireNonNull(texts.compute(text, (_, kept) -> used(kept, text))).text;
    }

    private SharedText used(@Nullable SharedText kept, String text) {
        if (kept == null) {
            budget.add(HeapSize.ofShared(text));
            return new SharedText(text);
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
    private static final class SharedText {

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
