package dev.frontdoor.registration;

/** Measures texts as they are on the wire. */
final class Utf8 {

    private Utf8() {}

    /** The bytes of a text. An unpaired surrogate, which has no UTF-8, counts as three. */
    static int size(String text) {
        int size = 0;
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            size += size(character);
            i += Character.charCount(character);
        }
        return size;
    }

    /** The longest start of a text that has at most this many bytes of UTF-8. */
    static String truncate(String text, int maxBytes) {
        int size = 0;
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            size += size(character);
            if (size > maxBytes) {
                return text.substring(0, i);
            }
            i += Character.charCount(character);
        }
        return text;
    }

    private static int size(int character) {
        if (character < 0x80) {
            return 1;
        }
        if (character < 0x800) {
            return 2;
        }
        return Character.isSupplementaryCodePoint(character) ? 4 : 3;
    }
}
