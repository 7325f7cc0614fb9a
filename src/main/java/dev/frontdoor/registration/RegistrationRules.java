package dev.frontdoor.registration;

import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.protocol.WorkerRegistration.Activity;
import dev.frontdoor.registration.settings.LimitProperties;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Supplier;

/**
 * What a registration must satisfy before any notifier is called: section 7 of docs/protocol.md.
 * The cheap checks come first.
 */
final class RegistrationRules {

    /** The longest identity, in bytes of UTF-8. */
    static final int MAX_IDENTITY_SIZE = 992;

    private static final int LENGTH = Integer.BYTES;

    private final LimitProperties limits;

    /** The rules with these limits. */
    RegistrationRules(LimitProperties limits) {
        this.limits = limits;
    }

    /** Why a registration is rejected; null if it is fine. */
    @Nullable String violation(WorkerRegistration registration) {
        List<Activity> activities = registration.activities();
        String node = registration.node();
        return first(
                () ->
                        countViolation(
                                "namespaces", registration.namespaces(), limits.maxNamespaces()),
                () ->
                        countViolation(
                                "activity types",
                                registration.activityTypes(),
                                limits.maxActivityTypes()),
                () -> countViolation("activities", activities, limits.maxActivities()),
                () -> sizeViolation("identity", registration.identity(), MAX_IDENTITY_SIZE),
                () -> totalSizeViolation(registration),
                () -> characterViolation("identity", registration.identity()),
                () -> nameViolation("task queue", registration.taskQueue()),
                () -> node == null ? null : nameViolation("node", node),
                () -> namesViolation("namespace", registration.namespaces()),
                () -> namesViolation("activity type", registration.activityTypes()),
                () ->
                        namesViolation(
                                "name of activity",
                                activities.stream().map(Activity::name).toList()),
                () -> schemaViolation(activities));
    }

    @SafeVarargs
    private static @Nullable String first(Supplier<@Nullable String>... checks) {
        for (Supplier<@Nullable String> check : checks) {
            String violation = check.get();
            if (violation != null) {
                return violation;
            }
        }
        return null;
    }

    private static @Nullable String countViolation(String field, List<?> list, int max) {
        return list.size() <= max
                ? null
                : "the registration has %s %s; at most %s are allowed"
                        .formatted(list.size(), field, max);
    }

    private @Nullable String totalSizeViolation(WorkerRegistration registration) {
        long size = sizeOnTheWire(registration);
        long max = limits.maxRegistrationSize().toBytes();
        return size <= max
                ? null
                : "the registration has %s bytes; at most %s are allowed".formatted(size, max);
    }

    private @Nullable String namesViolation(String field, List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            if (nameViolation(field, names.get(i)) != null) {
                return nameViolation(field + " " + (i + 1), names.get(i));
            }
        }
        return null;
    }

    private @Nullable String nameViolation(String field, String name) {
        String violation = sizeViolation(field, name, limits.maxNameSize().toBytes());
        return violation == null ? characterViolation(field, name) : violation;
    }

    private static @Nullable String sizeViolation(String field, String text, long max) {
        int size = Utf8.size(text);
        return size <= max
                ? null
                : "%s has %s bytes of UTF-8; at most %s are allowed".formatted(field, size, max);
    }

    private static @Nullable String characterViolation(String field, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return "%s contains the control character U+%04X"
                        .formatted(field, (int) text.charAt(i));
            }
        }
        return null;
    }

    private static @Nullable String schemaViolation(List<Activity> activities) {
        for (int i = 0; i < activities.size(); i++) {
            Activity activity = activities.get(i);
            if (!JsonSyntax.isJson(activity.inputSchemaJson())) {
                return notJson("input", i);
            }
            if (!JsonSyntax.isJson(activity.outputSchemaJson())) {
                return notJson("output", i);
            }
        }
        return null;
    }

    private static String notJson(String which, int index) {
        return "the %s schema of activity %s is not JSON, or is nested deeper than %s levels"
                .formatted(which, index + 1, JsonSyntax.MAX_DEPTH);
    }

    /** The size of the frame's payload, in its latest form. */
    private static long sizeOnTheWire(WorkerRegistration registration) {
        String node = registration.node();
        long size =
                sizeOf(registration.namespaces())
                        + sizeOf(registration.taskQueue())
                        + (node == null ? 1 : 1 + sizeOf(node))
                        + sizeOf(registration.activityTypes())
                        + sizeOf(registration.identity())
                        + LENGTH;
        for (Activity activity : registration.activities()) {
            size +=
                    sizeOf(activity.name())
                            + sizeOf(activity.inputSchemaJson())
                            + sizeOf(activity.outputSchemaJson());
        }
        return size;
    }

    private static long sizeOf(List<String> texts) {
        long size = LENGTH;
        for (String text : texts) {
            size += sizeOf(text);
        }
        return size;
    }

    private static long sizeOf(String text) {
        return LENGTH + (long) Utf8.size(text);
    }
}
