package dev.frontdoor.invocation;

import java.util.List;

/** Patterns in which {@code *} stands for any run of characters and {@code ?} for any one. */
final class Globs {

    private Globs() {}

    /** Whether there are no patterns, or one matches. */
    static boolean allow(List<String> globs, String value) {
        if (globs.isEmpty()) {
            return true;
        }
        for (String glob : globs) {
            if (matches(glob, value)) {
                return true;
            }
        }
        return false;
    }

    /** Whether there are no patterns, or one matches one of the values. */
    static boolean allowAny(List<String> globs, List<String> values) {
        if (globs.isEmpty()) {
            return true;
        }
        for (String value : values) {
            if (allow(globs, value)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Goes back to the last star only, so a hostile value costs at most its length times the
     * glob's.
     */
    private static boolean matches(String glob, String value) {
        int g = 0;
        int v = 0;
        int star = -1;
        int resume = 0;
        while (v < value.length()) {
            if (g < glob.length() && glob.charAt(g) == '*') {
                star = g++;
                resume = v;
            } else if (g < glob.length()
                    && (glob.charAt(g) == '?' || glob.charAt(g) == value.charAt(v))) {
                g++;
                v++;
            } else if (star >= 0) {
                g = star + 1;
                v = ++resume;
            } else {
                return false;
            }
        }
        while (g < glob.length() && glob.charAt(g) == '*') {
            g++;
        }
        return g == glob.length();
    }
}
