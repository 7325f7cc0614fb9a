package dev.frontdoor.actuate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/**
 * Numbers in requests. They are read here and not by their type, so that the answer can say which
 * one is wrong and what is allowed.
 */
final class Parameter {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    private Parameter() {}

    /** How many rows an answer may have: what was asked for, from 1 to 1000, or 100. */
    static int limit(@Nullable String value) {
        return value == null ? DEFAULT_LIMIT : (int) number("limit", value, 1, MAX_LIMIT);
    }

    /**
     * A number in a request.
     *
     * @throws InvalidEndpointRequestException if it is none, or out of bounds; answered as 400
     */
    static long number(String name, String value, long min, long max) {
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // It is told below, as a number out of bounds is.
        }
        String reason =
                "%s must be a number from %d to %d, was '%s'".formatted(name, min, max, value);
        throw new InvalidEndpointRequestException(reason, reason);
    }
}
