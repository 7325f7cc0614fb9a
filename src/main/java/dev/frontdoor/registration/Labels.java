package dev.frontdoor.registration;

import dev.frontdoor.notifier.DisplayText;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The rules for the labels of one connection, whoever adds them. */
public final class Labels {

    /** The most labels of a connection. */
    public static final int MAX_COUNT = 16;

    /** The longest value, in bytes of UTF-8. */
    public static final int MAX_VALUE_SIZE = 256;

    /** The longest name, in characters. */
    public static final int MAX_NAME_LENGTH = 64;

    private static final Pattern NAME = Pattern.compile("[a-z*][a-z0-9_.*-]*");

    private Labels() {}

    /**
     * The labels of a connection once more are added; one that is there already gets the new value.
     *
     * @return immutable
     * @throws IllegalArgumentException if a label is not allowed, or if there are too many
     */
    public static Map<String, String> add(Map<String, String> present, Map<String, String> added) {
        added.forEach(Labels::check);
        Map<String, String> labels = new HashMap<>(present);
        labels.putAll(added);
        if (labels.size() > MAX_COUNT) {
            throw new IllegalArgumentException(
                    "%s labels are too many; at most %s are allowed"
                            .formatted(labels.size(), MAX_COUNT));
        }
        return Map.copyOf(labels);
    }

    private static void check(String name, String value) {
        if (name.length() > MAX_NAME_LENGTH || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "'%s' is not a name of a label; allowed are at most %s characters of a-z, 0-9, _, -, . and *, and a letter or * first"
                            .formatted(DisplayText.of(name), MAX_NAME_LENGTH));
        }
        int size = Utf8.size(value);
        if (size > MAX_VALUE_SIZE) {
            throw new IllegalArgumentException(
                    "the value of label '%s' has %s bytes of UTF-8; at most %s are allowed"
                            .formatted(name, size, MAX_VALUE_SIZE));
        }
        for (int i = 0; i < value.length(); i++) {
            if (Character.isISOControl(value.charAt(i))) {
                throw new IllegalArgumentException(
                        "the value of label '%s' contains the control character U+%04X"
                                .formatted(name, (int) value.charAt(i)));
            }
        }
    }
}
