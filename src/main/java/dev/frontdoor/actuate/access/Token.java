package dev.frontdoor.actuate.access;

import java.nio.charset.StandardCharsets;

/** A token that an operator sends. Nothing shows it. */
final class Token {

    /** The reason that an operator sees. */
    static final String RULE = "must be 1 to 4096 visible ASCII characters without white space";

    private static final int MAX_LENGTH = 4096;

    private final String text;

    private Token(String text) {
        this.text = text;
    }

    /** A token of a setting, which may be unusable. */
    public static Token of(String text) {
        return new Token(text);
    }

    /** Whether a client can send it in a header. */
    boolean isUsable() {
        return !text.isEmpty()
                && text.length() <= MAX_LENGTH
                && text.chars().allMatch(character -> character > ' ' && character < 0x7f);
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Shows nothing. */
    @Override
    public String toString() {
        return "(hidden)";
    }
}
