package dev.frontdoor.notifier;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Map;

/**
 * Who a worker has proved to be. Immutable.
 *
 * @param name its name, of 1 to 1024 characters without control characters. Principals are the same
 *     if their kinds and names are
 * @param kind how it was proved
 * @param grants what it may register
 * @param attributes further facts for notifiers to read, at most 64; a name has 1 to 128
 *     characters, a value at most 4096. The service neither shows nor logs them
 * @param expiresAt when the proof expires, which closes the connection; null for never, which a
 *     date after the year 9999 counts as too
 */
public record Principal(
        String name,
        Kind kind,
        Grants grants,
        Map<String, String> attributes,
        @Nullable Instant expiresAt) {

    /** Of the year 9999. */
    private static final long LAST_SECOND = 253_402_300_799L;

    private static final int MAX_NAME_LENGTH = 1024;
    private static final int MAX_ATTRIBUTES = 64;
    private static final int MAX_KEY_LENGTH = 128;
    private static final int MAX_VALUE_LENGTH = 4096;

    /**
     * Checks the name and the attributes, and copies the map.
     *
     * @throws IllegalArgumentException if the name or an attribute is not allowed
     */
    public Principal {
        attributes = Map.copyOf(attributes);
        expiresAt = bounded(expiresAt);
        require(isBetween(1, name.length(), MAX_NAME_LENGTH), "the name must have 1 to 1024 chars");
        require(
                name.chars().noneMatch(Character::isISOControl),
                "the name must not contain control characters");
        require(attributes.size() <= MAX_ATTRIBUTES, "at most 64 attributes are allowed");
        attributes.forEach((key, value) -> {
            require(
                    isBetween(1, key.length(), MAX_KEY_LENGTH),
                    "the name of an attribute must have 1 to 128 chars");
            require(
                    value.length() <= MAX_VALUE_LENGTH,
                    "the value of an attribute must have at most 4096 chars");
        });
    }

    /** A principal of an {@link Authenticator} that may register everything, and never expires. */
    public Principal(String name) {
        this(name, Kind.CUSTOM, Grants.ALL, Map.of(), null);
    }

    /** Shows neither attributes nor grants. */
    @Override
    public String toString() {
        return "Principal[name=" + DisplayText.of(name) + ", kind=" + kind + "]";
    }

    /** A date that can be counted in milliseconds. */
    private static @Nullable Instant bounded(@Nullable Instant date) {
        if (date == null || date.getEpochSecond() > LAST_SECOND) {
            return null;
        }
        return date.getEpochSecond() < 0 ? Instant.EPOCH : date;
    }

    private static boolean isBetween(int min, int value, int max) {
        return min <= value && value <= max;
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /** How a principal was proved. */
    public enum Kind {
        /** By a token of the settings or of a file. */
        TOKEN,
        /** By a JSON Web Token. */
        JWT,
        /** By a client certificate. */
        CERTIFICATE,
        /** By an {@link Authenticator}. */
        CUSTOM
    }
}
