package dev.frontdoor.directory;

import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.notifier.FleetFilter;
import dev.frontdoor.notifier.FleetWorker;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The fields that are indexed, as scripts call them, and their values: with {@code =} before them,
 * or {@code -} for a worker that has none.
 */
final class FilterTerms {

    private static final Map<String, String> FIELDS =
            new TreeMap<>(
                    Map.of(
                            "namespace", "n",
                            "taskQueue", "q",
                            "node", "d",
                            "activityType", "a",
                            "identity", "i"));
    private static final String LABEL = "label:";
    private static final String NONE = "-";

    private final List<String> labels;

    /** The fields, and these labels. */
    FilterTerms(List<String> labels) {
        this.labels = labels;
    }

    /** The fields and values of a filter. */
    List<String> of(FleetFilter filter) {
        List<String> terms = new ArrayList<>();
        add(terms, "n", filter.namespace());
        add(terms, "q", filter.taskQueue());
        add(terms, "d", filter.node());
        add(terms, "a", filter.activityType());
        add(terms, "i", filter.identity());
        new TreeMap<>(filter.labels()).forEach((name, value) -> add(terms, label(name), value));
        return terms;
    }

    /**
     * The field by which to group.
     *
     * @throws IllegalArgumentException if there is none of this name; the message names those there
     *     are
     */
    String field(String by) {
        String field = FIELDS.get(by);
        if (field != null) {
            return field;
        }
        if (by.startsWith(LABEL) && labels.contains(by.substring(LABEL.length()))) {
            return label(by.substring(LABEL.length()));
        }
        throw new IllegalArgumentException(
                "groupBy must be one of %s, was '%s'".formatted(names(), DisplayText.of(by)));
    }

    /** The values of a worker for a field. */
    Set<String> values(String field, FleetWorker worker) {
        WorkerRegistration registration = worker.registration();
        return switch (field) {
            case "n" -> list(registration.namespaces());
            case "q" -> Set.of(value(registration.taskQueue()));
            case "d" -> Set.of(value(registration.node()));
            case "a" -> list(registration.activityTypes());
            case "i" -> Set.of(value(registration.identity()));
            default -> Set.of(value(worker.labels().get(field.substring(2))));
        };
    }

    private static Set<String> list(List<String> values) {
        Set<String> found = new LinkedHashSet<>();
        values.forEach(value -> found.add(value(value)));
        return found.isEmpty() ? Set.of(NONE) : found;
    }

    private static String value(@Nullable String value) {
        return value == null ? NONE : "=" + value;
    }

    private static void add(List<String> terms, String field, @Nullable String value) {
        if (value != null) {
            terms.add(field);
            terms.add(value(value));
        }
    }

    private String label(String name) {
        if (!labels.contains(name)) {
            throw new IllegalArgumentException(
                    "label '%s' is not indexed; the fleet can be filtered by %s"
                            .formatted(DisplayText.of(name), names()));
        }
        return "l." + name;
    }

    private String names() {
        List<String> names = new ArrayList<>(FIELDS.keySet());
        labels.forEach(label -> names.add(LABEL + label));
        return String.join(", ", names);
    }
}
