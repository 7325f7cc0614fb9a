package dev.frontdoor.notifier;

/**
 * Patterns of the service's settings and filters: {@code *} stands for any run of characters,
 * {@code ?} for any one, and every other character for itself.
 */
public final class GlobPattern {

    private GlobPattern() {}

    /**
     * Whether a value matches. Goes back to the last star only, so a hostile value costs at most
     * its length times the glob's.
     *
     * @param glob the pattern, as a whole
     * @param value the value, as a whole
     */
    public static boolean matches(String glob, String value) {
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
