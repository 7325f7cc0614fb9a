package dev.frontdoor.actuate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/**
 * Parses the numbers in requests. Endpoints declare them as texts, so that a response with status
 * 400 can name the wrong parameter and the allowed range.
 */
final class Parameter {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    private Parameter() {}

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
        String reason =
                "%s must be a number from %d to %d, was '%s'".formatted(name, min, max, value);
        throw new InvalidEndpointRequestException(reason, reason);
    }
}
