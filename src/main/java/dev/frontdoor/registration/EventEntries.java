package dev.frontdoor.registration;

import dev.frontdoor.event.WorkerEntry;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Workers as events show them. */
public final class EventEntries {

    private static final int MAX_ITEMS = 100;

    private EventEntries() {}

    /** A worker whose registration is in force. */
    static WorkerEntry of(
            LiveFacts facts,
            WorkerRegistration registration,
            List<String> holders,
            Instant registeredAt) {
        ConnectionOrigin origin = facts.origin();
        return new WorkerEntry(
                origin.pid(),
                DisplayText.truncate(registration.identity()),
                truncate(registration.namespaces()),
                DisplayText.truncate(registration.taskQueue()),
                truncate(registration.node()),
                truncate(registration.activityTypes()),
                holders,
                origin.remoteAddress(),
                origin.transport().label(),
                nameOf(facts.principal()),
                truncate(origin.userAgent()),
                truncate(facts.labels()),
                origin.connectedAt(),
                registeredAt);
    }

    /** Whether an entry shows the registration's lists whole, so shares them, and has no labels. */
    static boolean hasNoCopies(WorkerEntry entry, WorkerRegistration registration) {
        return entry.namespaces().equals(registration.namespaces())
                && entry.activityTypes().equals(registration.activityTypes())
                && entry.labels().isEmpty();
    }

    /** Whether an entry shows what can change without a registration as it is now. */
    static boolean isUpToDate(WorkerEntry entry, LiveFacts facts) {
        return entry.labels().equals(facts.labels())
                && Objects.equals(entry.principal(), nameOf(facts.principal()));
    }

    /**
     * A worker that was never registered.
     *
     * @param identity what it declared last, truncated and escaped; null if nothing
     */
    public static WorkerEntry unregistered(LiveFacts facts, @Nullable String identity) {
        ConnectionOrigin origin = facts.origin();
        return new WorkerEntry(
                origin.pid(),
                identity,
                List.of(),
                null,
                null,
                List.of(),
                List.of(),
                origin.remoteAddress(),
                origin.transport().label(),
                nameOf(facts.principal()),
                truncate(origin.userAgent()),
                truncate(facts.labels()),
                origin.connectedAt(),
                null);
    }

    private static @Nullable String nameOf(@Nullable Principal principal) {
        return principal == null ? null : DisplayText.truncate(principal.name());
    }

    private static @Nullable String truncate(@Nullable String text) {
        return text == null ? null : DisplayText.truncate(text);
    }

    /** The same list if nothing is cut: nearly always. */
    private static List<String> truncate(List<String> texts) {
        return isShort(texts)
                ? texts
                : texts.stream().limit(MAX_ITEMS).map(DisplayText::truncate).toList();
    }

    private static boolean isShort(List<String> texts) {
        for (String text : texts) {
            if (DisplayText.isTruncated(text)) {
                return false;
            }
        }
        return texts.size() <= MAX_ITEMS;
    }

    private static Map<String, String> truncate(Map<String, String> labels) {
        if (labels.isEmpty()) {
            return labels;
        }
        Map<String, String> truncated = new TreeMap<>(labels);
        truncated.replaceAll((_, value) -> DisplayText.truncate(value));
        return truncated;
    }
}
