package dev.frontdoor.connection;

import java.nio.charset.StandardCharsets;

/** Close reasons as a close frame can hold them. */
final class CloseReason {

    /** Bytes of UTF-8 that fit beside the code. */
    static final int MAX_SIZE = 123;

    private CloseReason() {}

    /** Cuts a reason to what fits, between two characters. */
    static String cut(String reason) {
        int size = 0;
        for (int i = 0; i < reason.length(); ) {
            int character = reason.codePointAt(i);
            int length = Character.charCount(character);
            size += Character.toString(character).getBytes(StandardCharsets.UTF_8).length;
            if (size > MAX_SIZE) {
                return reason.substring(0, i);
            }
            i += length;
        }
        return reason;
    }
}
