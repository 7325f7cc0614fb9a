package dev.frontdoor.directory;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a script has returned: texts, numbers and lists of these. */
record Reply(List<?> values) {

    /** The word that most scripts begin with. */
    String state() {
        return text(0);
    }

    String text(int index) {
        return text(values.get(index));
    }

    long number(int index) {
        return (Long) values.get(index);
    }

    byte[] bytes(int index) {
        return (byte[]) values.get(index);
    }

    /** A list of texts. */
    List<String> texts(int index) {
        return list(index).stream().map(Reply::text).toList();
    }

    /** A list of texts, as bytes. */
    List<byte[]> entries(int index) {
        return list(index).stream().map(byte[].class::cast).toList();
    }

    /** A list of numbers. */
    List<Long> numbers(int index) {
        return list(index).stream().map(Long.class::cast).toList();
    }

    private List<?> list(int index) {
        return (List<?>) values.get(index);
    }

    private static String text(Object value) {
        return new String((byte[]) value, StandardCharsets.UTF_8);
    }
}
