package dev.frontdoor.directory;

import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.notifier.FleetWorker;

import java.util.Comparator;

/**
 * A place in the order of the fleet: latest registration first, then by instance and pid, both
 * descending.
 *
 * @param millis the time of the registration
 */
record Cursor(long millis, String instance, long pid) {

    /** The order of rows. */
    static final Comparator<FleetWorker> ORDER =
            Comparator.comparing(FleetWorker::registeredAt)
                    .thenComparing(FleetWorker::instance)
                    .thenComparingLong(FleetWorker::pid)
                    .reversed();

    /** More than every pid of a rank. */
    private static final long LAST = Long.parseLong("zzzzzzzz", Character.MAX_RADIX);

    /**
     * A place by its text.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Cursor parse(String text) {
        String[] parts = text.split("_", 3);
        try {
            if (parts.length == 3) {
                return new Cursor(Long.parseLong(parts[0]), parts[2], Long.parseLong(parts[1]));
            }
        } catch (NumberFormatException _) {
            // Reported below, like a text with too few parts.
        }
        throw new IllegalArgumentException(
                "before must be next of the previous page, was '%s'"
                        .formatted(DisplayText.of(text)));
    }

    /** The upper bound of ranks for the rows of an instance after this place. */
    String upperBound(String ofInstance) {
        int order = ofInstance.compareTo(instance);
        return "(" + Entry.rank(millis, order == 0 ? pid : order < 0 ? LAST : 0);
    }
}
