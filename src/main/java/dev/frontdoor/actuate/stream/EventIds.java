package dev.frontdoor.actuate.stream;

import org.jspecify.annotations.Nullable;

/**
 * The ids of events: the start of the process, which is the last part of its name, and the number
 * of the event, as in {@code mh3k9f2a-17}. So an id of an earlier process is recognized.
 */
final class EventIds {

    /** More digits than a number has. */
    private static final int MAX_DIGITS = 18;

    private final String prefix;

    /** The ids of the process with this name. */
    EventIds(String instance) {
        prefix = instance.substring(instance.lastIndexOf('/') + 1) + "-";
    }

    /** The id of an event; 0 is the time before the first. */
    String id(long sequence) {
        return prefix + sequence;
    }

    /** The number of the event with that id; null if the id is not of this process. */
    @Nullable Long sequence(String id) {
        if (!id.startsWith(prefix)) {
            return null;
        }
        String number = id.substring(prefix.length());
        boolean digits =
                !number.isEmpty()
                        && number.length() <= MAX_DIGITS
                        && number.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        return digits ? Long.valueOf(number) : null;
    }
}
