package dev.frontdoor.registration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * How registrations are decided.
 *
 * @param decisionTimeout the time from the arrival of a registration to its decision, waiting
 *     included
 */
@ConfigurationProperties("frontdoor.registrations")
public record RegistrationProperties(@DefaultValue("4s") Duration decisionTimeout) {

    /** Checks the value. */
    public RegistrationProperties {
        if (!decisionTimeout.isPositive()) {
            throw new IllegalArgumentException(
                    "frontdoor.registrations.decision-timeout must be more than zero, was "
                            + decisionTimeout);
        }
    }
}
