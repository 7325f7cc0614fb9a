package dev.frontdoor.logging;

import java.util.regex.Pattern;

/** What logs and reports show in place of secrets. All methods may be called from any thread. */
public final class Secrets {

    /** Stands where a secret was. */
    public static final String HIDDEN = "(hidden)";

    /** A user with a password, and a query, which may have a key. */
    private static final Pattern OF_URL = Pattern.compile("(?<=//)[^/@]*@|(?<=\\?).+");

    private Secrets() {}

    /** A text without the secrets of the URLs in it. */
    public static String hideInUrls(String text) {
        return OF_URL.matcher(text).replaceAll(HIDDEN);
    }
}
