package dev.frontdoor.notifier;

import org.jspecify.annotations.Nullable;

/**
 * Patterns of the service's settings and filters: {@code *} stands for any run of characters,
 * {@code ?} for any one, and every other character for itself.
 */
public final class GlobPattern {

    /** The most characters between two stars of a pattern that a client chooses. */
    static final int MAX_BETWEEN_STARS = 64;

    private GlobPattern() {}

    /**
     * Whether a value matches. A hostile value costs at most its length times the longest run of
     * characters between two stars.
     *
     * @param glob the pattern, as a whole
     * @param value the value, as a whole
     */
    public static boolean matches(String glob, String value) {
        int first = glob.indexOf('*');
        if (first < 0) {
            return glob.length() == value.length() && runMatches(glob, 0, glob.length(), value, 0);
        }
        int last = glob.lastIndexOf('*');
        int end = value.length() - (glob.length() - last - 1);
        if (end < first
                || !runMatches(glob, 0, first, value, 0)
                || !runMatches(glob, last + 1, glob.length(), value, end)) {
            return false;
        }
        int position = first;
        for (int run = first + 1; run <= last; run = glob.indexOf('*', run) + 1) {
            int length = glob.indexOf('*', run) - run;
            while (position + length <= end
                    && !runMatches(glob, run, run + length, value, position)) {
                position++;
            }
            position += length;
            if (position > end) {
                return false;
            }
        }
        return true;
    }

    private static boolean runMatches(String glob, int from, int to, String value, int position) {
        for (int i = from; i < to; i++) {
            char wanted = glob.charAt(i);
            if (wanted != '?' && wanted != value.charAt(position + i - from)) {
                return false;
            }
        }
        return true;
    }

    /** Checks a pattern that a client chooses; null is none. */
    static void check(@Nullable String glob) {
        if (glob == null) {
            return;
        }
        int star = glob.indexOf('*');
        while (star >= 0) {
            int next = glob.indexOf('*', star + 1);
            if (next - star - 1 > MAX_BETWEEN_STARS) {
                throw new IllegalArgumentException(
                        "a filter must have at most %s characters between two *, has %s"
                                .formatted(MAX_BETWEEN_STARS, next - star - 1));
            }
            star = next;
        }
    }
}
