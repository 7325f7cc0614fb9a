package dev.frontdoor.test;

import dev.frontdoor.notifier.PushRefusal.Code;
import dev.frontdoor.protocol.Bytes;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The payload of a refused push, in the canonical spelling of section 5 of the protocol. */
final class RefusalRecord {

    private static final int MAX_WORDS = 1024;

    private RefusalRecord() {}

    /**
     * The record.
     *
     * @param words at most 1,024 bytes of UTF-8
     */
    static Bytes encode(Code code, String words) {
        Objects.requireNonNull(words, "words");
        int size = words.getBytes(StandardCharsets.UTF_8).length;
        if (size > MAX_WORDS) {
            throw new IllegalArgumentException(
                    "words may have at most %d bytes, but had %d".formatted(MAX_WORDS, size));
        }
        StringBuilder json = new StringBuilder("{\"code\":\"").append(code.label());
        json.append("\",\"words\":\"");
        words.chars().forEach(character -> append(json, (char) character));
        json.append("\"}");
        return Bytes.copyOf(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void append(StringBuilder json, char character) {
        switch (character) {
            case '"' -> json.append("\\\"");
            case '\\' -> json.append("\\\\");
            case '\b' -> json.append("\\b");
            case '\f' -> json.append("\\f");
            case '\n' -> json.append("\\n");
            case '\r' -> json.append("\\r");
            case '\t' -> json.append("\\t");
            default -> {
                if (character < ' ') {
                    json.append("\\u%04x".formatted((int) character));
                } else {
                    json.append(character);
                }
            }
        }
    }
}
