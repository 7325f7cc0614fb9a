package dev.frontdoor.actuate;

import dev.frontdoor.notifier.DisplayText;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Checks the parameters of requests. Endpoints declare them as texts, so that a response with
 * status 400 can name the wrong parameter and the allowed values.
 */
final class ParameterValues {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;
    private static final Pattern DATE = Pattern.compile("^\\d{4}-");

    private ParameterValues() {}

    /** The maximum number of rows of a page: 1 to 1000, or 100 if the value is null. */
    static int limit(@Nullable String value) {
        return value == null ? DEFAULT_LIMIT : (int) number("limit", value, 1, MAX_LIMIT);
    }

    /** The pid that a path names. */
    static long pid(String value) {
        return number("pid", value, 1, Long.MAX_VALUE);
    }

    /**
     * Parses a number.
     *
     * @param name the parameter, for the message
     * @param min the smallest number that is allowed
     * @param max the largest number that is allowed; {@code Long.MAX_VALUE} goes without saying
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
        String allowed = max == Long.MAX_VALUE ? "" : " to " + max;
        throw invalid(
                "%s must be a whole number from %s%s, was '%s'"
                        .formatted(name, min, allowed, DisplayText.of(value)));
    }

    /**
     * Parses a number that may have a fraction. Whoever gets it checks its range.
     *
     * @param name the parameter, for the message
     * @throws InvalidEndpointRequestException if the value is not a number; the response has status
     *     400
     */
    static double fraction(String name, String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw invalid("%s must be a number, was '%s'".formatted(name, DisplayText.of(value)));
        }
    }

    /**
     * Parses a time with its unit, such as {@code 90s}, {@code 2h} or {@code PT1H30M}. Whoever gets
     * it checks its range.
     *
     * @param name the parameter, for the message
     * @throws InvalidEndpointRequestException if the value is not such a time; the response has
     *     status 400
     */
    static Duration duration(String name, String value) {
        try {
            if (value.isEmpty() || Character.isLetter(value.charAt(value.length() - 1))) {
                return DurationStyle.detectAndParse(value);
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            // Reported below, like a number without a unit.
        }
        throw invalid(
                "%s must be a time with a unit, such as 90s, 15m or PT2H, was '%s'"
                        .formatted(name, DisplayText.of(value)));
    }

    /** Runs a change; what it does not allow becomes status 400, and a conflict status 409. */
    static <T> T change(Supplier<T> change) {
        try {
            return valid(change);
        } catch (IllegalStateException e) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, e.getMessage(), e);
        }
    }

    /**
     * Checks a value that has some choices.
     *
     * @param value null means the first choice
     * @throws InvalidEndpointRequestException if the value is none of them; the response has status
     *     400
     */
    static String oneOf(String name, @Nullable String value, List<String> choices) {
        if (value == null) {
            return choices.getFirst();
        }
        if (choices.contains(value)) {
            return value;
        }
        throw invalid(
                "%s must be %s or %s, was '%s'"
                        .formatted(
                                name,
                                String.join(", ", choices.subList(0, choices.size() - 1)),
                                choices.getLast(),
                                DisplayText.of(value)));
    }

    /**
     * Makes something of parameters.
     *
     * @param value throws an {@code IllegalArgumentException} that says what is not allowed
     * @throws InvalidEndpointRequestException if something is not; the response has status 400
     */
    static <T> T valid(Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Parses the earliest date of rows: a date, or an age.
     *
     * @param value null means no such date
     * @throws InvalidEndpointRequestException if the value is neither; the response has status 400
     */
    static @Nullable Instant since(@Nullable String value, Clock clock) {
        if (value == null) {
            return null;
        }
        try {
            return DATE.matcher(value).find() ? Instant.parse(value) : before(value, clock);
        } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
            throw invalid(
                    "since must be a date like 2026-11-22T10:00:00Z or an age like 10m, was '%s'"
                            .formatted(DisplayText.of(value)));
        }
    }

    private static Instant before(String age, Clock clock) {
        Duration duration = DurationStyle.detectAndParse(age);
        if (duration.isNegative() || !Character.isLetter(age.charAt(age.length() - 1))) {
            throw new IllegalArgumentException("an age has a unit, and is not negative");
        }
        return Instant.ofEpochMilli(clock.wallTime()).minus(duration);
    }

    /**
     * Requires one of two parameters.
     *
     * @throws InvalidEndpointRequestException if none or both are there; the response has status
     *     400
     */
    static void requireEither(
            String first,
            @Nullable String firstValue,
            String second,
            @Nullable String secondValue) {
        if ((firstValue == null) == (secondValue == null)) {
            throw invalid("either %s or %s is required, and not both".formatted(first, second));
        }
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
