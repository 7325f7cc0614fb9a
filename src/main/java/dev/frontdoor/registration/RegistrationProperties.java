package dev.frontdoor.registration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * How registrations are decided.
 *
 * @param duplicateIdentity what becomes of a worker whose identity another connection has
 * @param registrations the time for a decision
 * @param limits the rate of registrations
 */
@ConfigurationProperties("frontdoor")
public record RegistrationProperties(
        @DefaultValue("allow") DuplicateIdentity duplicateIdentity,
        @DefaultValue Registrations registrations,
        @DefaultValue Limits limits) {

    /**
     * The time for a decision.
     *
     * @param decisionTimeout the time from the arrival of a registration to its decision, waiting
     *     included
     */
    public record Registrations(@DefaultValue("4s") Duration decisionTimeout) {

        /** Checks the value. */
        public Registrations {
            if (!decisionTimeout.isPositive()) {
                throw new IllegalArgumentException(
                        "frontdoor.registrations.decision-timeout must be more than zero, was "
                                + decisionTimeout);
            }
        }
    }

    /**
     * The rate of registrations.
     *
     * @param registrationsPerSecond registrations started per second; 0 for no limit
     * @param registrationQueue registrations that wait for their turn; further ones are rejected
     */
    public record Limits(
            @DefaultValue("0") int registrationsPerSecond,
            @DefaultValue("10000") int registrationQueue) {

        /** Checks the values. */
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
