package dev.frontdoor.registration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which registrations are considered at all, and how fast.
 *
 * @param duplicateIdentity what becomes of a worker whose identity another connection has
 * @param limits how fast
 */
@ConfigurationProperties("frontdoor")
public record RegistrationProperties(
        @DefaultValue("allow") DuplicateIdentity duplicateIdentity, @DefaultValue Limits limits) {

    /**
     * How fast registrations are decided.
     *
     * @param registrationsPerSecond how many are begun in a second; 0 for any number
     * @param registrationQueue how many may wait for their turn; those beyond are rejected
     */
    public record Limits(
            @DefaultValue("0") int registrationsPerSecond,
            @DefaultValue("10000") int registrationQueue) {

        /** Refuses numbers below zero. */
        public Limits {
            requireNotNegative("registrations-per-second", registrationsPerSecond);
            requireNotNegative("registration-queue", registrationQueue);
        }

        private static void requireNotNegative(String key, int value) {
            if (value < 0) {
                throw new IllegalArgumentException(
                        "frontdoor.limits.%s must be 0 or more, was %d".formatted(key, value));
            }
        }
    }
}
