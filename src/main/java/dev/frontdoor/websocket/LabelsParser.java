package dev.frontdoor.websocket;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Parses a dictionary of structured fields (RFC 9651) whose members are strings, tokens, integers
 * and booleans without parameters. A member that occurs again replaces the earlier one.
 */
final class LabelsParser {

    private static final int MAX_DIGITS = 15;
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~:/";

    private final String text;
    private int position;

    LabelsParser(String text) {
        this.text = text;
    }

    /**
     * The members by name; a boolean is {@code true} or {@code false}.
     *
     * @throws IllegalArgumentException if the text is no such dictionary; the message says what is
     *     wrong, and where
     */
    Map<String, String> parse() {
        Map<String, String> members = new HashMap<>();
        skip(LabelsParser::isSpace);
        while (!atEnd()) {
            String name = name();
            members.put(name, nextIs('=') ? value() : "true");
            skip(LabelsParser::isOptionalSpace);
            if (!atEnd()) {
                separator();
            }
        }
        return members;
    }

    /** A comma and what follows it, which must not be the end. Only spaces may end the text. */
    private void separator() {
        if (!nextIs(',')) {
            throw fault(peek() == ';' ? "a parameter is not allowed" : "a comma is missing");
        }
        skip(LabelsParser::isOptionalSpace);
        if (atEnd()) {
            throw fault("a label is missing after the last comma");
        }
    }

    private String name() {
        int start = position;
        if (!isLowercase(peek()) && peek() != '*') {
            throw fault("a name must begin with a lowercase letter or *");
        }
        skip(LabelsParser::isInName);
        return text.substring(start, position);
    }

    private String value() {
        if (atEnd()) {
            throw fault("a value is missing");
        }
        char first = peek();
        return switch (first) {
            case '"' -> string();
            case '?' -> bool();
            case '(' -> throw fault("an inner list is not allowed");
            case ':' -> throw fault("a byte sequence is not allowed");
            case '@' -> throw fault("a date is not allowed");
            case '%' -> throw fault("a display string is not allowed");
            default -> {
                if (first == '-' || isDigit(first)) {
                    yield integer();
                }
                if (first != '*' && !isLetter(first)) {
                    throw fault("this is no value");
                }
                yield token();
            }
        };
    }

    private String string() {
        position++;
        StringBuilder value = new StringBuilder();
        while (!atEnd()) {
            char next = text.charAt(position);
            if (next == '"') {
                position++;
                return value.toString();
            }
            if (next < ' ' || next > '~') {
                throw fault("a string may have printable ASCII only");
            }
            position++;
            if (next == '\\') {
                next = peek();
                if (next != '"' && next != '\\') {
                    throw fault("a backslash may precede \" and \\ only");
                }
                position++;
            }
            value.append(next);
        }
        throw fault("the end of a string is missing");
    }

    private String bool() {
        position++;
        if (nextIs('1')) {
            return "true";
        }
        if (nextIs('0')) {
            return "false";
        }
        throw fault("a boolean is ?1 or ?0");
    }

    private String integer() {
        boolean negative = nextIs('-');
        int start = position;
        skip(LabelsParser::isDigit);
        int digits = position - start;
        if (peek() == '.') {
            throw fault("a decimal is not allowed");
        }
        if (digits == 0 || digits > MAX_DIGITS) {
            throw fault("an integer has 1 to %s digits".formatted(MAX_DIGITS));
        }
        long value = Long.parseLong(text.substring(start, position));
        return Long.toString(negative ? -value : value);
    }

    private String token() {
        int start = position;
        skip(LabelsParser::isInToken);
        return text.substring(start, position);
    }

    private boolean atEnd() {
        return position == text.length();
    }

    /** The next character; NUL, which no rule allows, at the end. */
    private char peek() {
        return atEnd() ? '\0' : text.charAt(position);
    }

    private boolean nextIs(char expected) {
        boolean is = !atEnd() && text.charAt(position) == expected;
        if (is) {
            position++;
        }
        return is;
    }

    private void skip(IntPredicate skipped) {
        while (!atEnd() && skipped.test(text.charAt(position))) {
            position++;
        }
    }

    private IllegalArgumentException fault(String what) {
        return new IllegalArgumentException("%s at character %s".formatted(what, position + 1));
    }

    private static boolean isSpace(int c) {
        return c == ' ';
    }

    private static boolean isOptionalSpace(int c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLowercase(int c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isLetter(int c) {
        return isLowercase(c) || (c >= 'A' && c <= 'Z');
    }

    private static boolean isInName(int c) {
        return isLowercase(c) || isDigit(c) || "_-.*".indexOf(c) >= 0;
    }

    private static boolean isInToken(int c) {
        return isLetter(c) || isDigit(c) || TOKEN_MARKS.indexOf(c) >= 0;
    }
}
