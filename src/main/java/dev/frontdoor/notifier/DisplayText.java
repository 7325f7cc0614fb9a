package dev.frontdoor.notifier;

import java.util.ArrayList;
import java.util.List;

/**
 * Prepares texts from workers and other strangers for people: for log lines, lists and messages.
 * The result is for display only; it cannot be converted back. All methods may be called from any
 * thread.
 */
public final class DisplayText {

    /** The longest text that is shown whole, in UTF-16 units. */
    public static final int MAX_LENGTH = 200;

    /** How many texts of a list are shown, and how many UTF-16 units of them, before the rest. */
    public static final int MAX_ITEMS = 20;

    private static final int MAX_LIST_LENGTH = 1000;
    private static final String ELLIPSIS = "...";

    private DisplayText() {}

    /** The text, truncated and then escaped. */
    public static String of(String text) {
        return escape(truncate(text));
    }

    /**
     * The first texts, each truncated and escaped. If any are left out, the last text says how
     * many.
     */
    public static List<String> of(List<String> texts) {
        List<String> shown = new ArrayList<>();
        int length = 0;
        for (String text : texts) {
            if (shown.size() == MAX_ITEMS || length > MAX_LIST_LENGTH) {
                shown.add("... %s more".formatted(texts.size() - shown.size()));
                break;
            }
            shown.add(of(text));
            length += shown.getLast().length();
        }
        return List.copyOf(shown);
    }

    /** The text; if it is longer than {@link #MAX_LENGTH}, its start and an ellipsis. */
    public static String truncate(String text) {
        return truncate(text, MAX_LENGTH);
    }

    /**
     * The text; if it is longer, its start and an ellipsis.
     *
     * @param maxLength the longest text that is shown whole, in UTF-16 units, 1 or more
     */
    public static String truncate(String text, int maxLength) {
        if (text.length() <= maxLength) {
            return text;
        }
        boolean splitsPair = Character.isHighSurrogate(text.charAt(maxLength - 1));
        return text.substring(0, splitsPair ? maxLength - 1 : maxLength) + ELLIPSIS;
    }

    /** Whether {@link #truncate} shortens the text. */
    public static boolean isTruncated(String text) {
        return text.length() > MAX_LENGTH;
    }

    /** The text on one line, with each character that could break or reorder it as an escape. */
    public static String escape(String text) {
        if (isPrintableAscii(text) || text.codePoints().allMatch(DisplayText::isSafe)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints()
                .forEach(character -> {
                    if (isSafe(character)) {
                        escaped.appendCodePoint(character);
                    } else {
                        escaped.append("\\u{%x}".formatted(character));
                    }
                });
        return escaped.toString();
    }

    private static boolean isPrintableAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    /** Whether a character neither breaks nor reorders a line. */
    public static boolean isSafe(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                    false;
            default -> true;
        };
    }
}
