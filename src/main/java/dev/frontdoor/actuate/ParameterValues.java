package dev.frontdoor.actuate;

import dev.frontdoor.notifier.DisplayText;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

import java.util.Map;
import java.util.SortedSet;

/**
 * Checks the parameters of requests. Endpoints declare them as texts, so that a response with
 * status 400 can name the wrong parameter and the allowed values.
 */
final class ParameterValues {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    private ParameterValues() {}

    /** The maximum number of rows of a page: 1 to 1000, or 100 if the value is null. */
    static int limit(@Nullable String value) {
        return value == null ? DEFAULT_LIMIT : (int) number("limit", value, 1, MAX_LIMIT);
    }

    /**
     * Parses a number.
     *
     * @param name the parameter, for the message
     * @param min the smallest number that is allowed
     * @param max the largest number that is allowed
     * @throws InvalidEndpointRequestException if the value is not such a number; the response has
     *     status 400
     */
    static long number(String name, String value, long min, long max) {
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below, like a number that is out of range.
        }
        throw invalid(
                "%s must be a number from %s to %s, was '%s'"
                        .formatted(name, min, max, DisplayText.of(value)));
    }

    /**
     * Checks a value that has two choices.
     *
     * @param value null means the first choice
     * @throws InvalidEndpointRequestException if the value is neither; the response has status 400
     */
    static String oneOf(String name, @Nullable String value, String first, String second) {
        if (value == null || value.equals(first)) {
            return first;
        }
        if (value.equals(second)) {
            return second;
        }
        throw invalid(
                "%s must be %s or %s, was '%s'"
                        .formatted(name, first, second, DisplayText.of(value)));
    }

    /**
     * Parses a filter for a label.
     *
     * @param value {@code NAME:VALUE}; null means no filter
     * @throws InvalidEndpointRequestException if the value has no such form; the response has
     *     status 400
     */
    static Map<String, String> label(@Nullable String value) {
        if (value == null) {
            return Map.of();
        }
        int colon = value.indexOf(':');
        if (colon < 1) {
            throw invalid("label must be NAME:VALUE, was '%s'".formatted(DisplayText.of(value)));
        }
        return Map.of(value.substring(0, colon), value.substring(colon + 1));
    }

    /**
     * Refuses a parameter that has no meaning beside another one.
     *
     * @throws InvalidEndpointRequestException if the value is not null; the response has status 400
     */
    static void requireAbsent(String beside, String name, @Nullable String value) {
        if (value != null) {
            throw invalid("%s is not allowed with %s".formatted(name, beside));
        }
    }

    /**
     * Refuses a parameter that an operation does not have.
     *
     * @throws InvalidEndpointRequestException if it is not one of those; the response has status
     *     400
     */
    static void requireKnown(String name, SortedSet<String> known) {
        if (!known.contains(name)) {
            throw invalid(unknown(name, known));
        }
    }

    /** What is wrong with a parameter that an operation does not have. */
    static String unknown(String name, SortedSet<String> known) {
        return "'%s' is not a parameter of this operation; %s"
                .formatted(
                        DisplayText.of(name),
                        known.isEmpty() ? "it has none" : "it has: " + String.join(", ", known));
    }

    private static InvalidEndpointRequestException invalid(String reason) {
        return new InvalidEndpointRequestException(reason, reason);
    }
}
