package dev.frontdoor.registration.settings;

import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

import java.time.Duration;

/**
 * How registrations are decided.
 *
 * @param decisionTimeout the time from the arrival of a registration to its decision, waiting
 *     included
 */
@Validated
@ConfigurationProperties("frontdoor.registrations")
public record RegistrationProperties(
        @DefaultValue("4s") @DurationMin(nanos = 1, message = "must be more than 0")
                Duration decisionTimeout) {}
