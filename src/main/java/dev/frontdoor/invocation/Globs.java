package dev.frontdoor.invocation;

import dev.frontdoor.notifier.GlobPattern;

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
            if (GlobPattern.matches(glob, value)) {
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
}
