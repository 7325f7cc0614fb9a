package dev.frontdoor.auth.jwt;

import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;

import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

import java.time.Duration;
import java.util.List;

/**
 * Which JSON Web Tokens are accepted, and what they grant. A claim is named by its name, or by a
 * JSON pointer such as {@code /kubernetes.io/namespace} if it is inside of others.
 *
 * @param issuer the {@code iss} of all tokens. Without {@code jwkSetUri}, its OpenID configuration
 *     tells where its keys are; empty: tokens of any issuer whose key is in the set
 * @param jwkSetUri where the keys are; empty: where the issuer says
 * @param audiences a token needs one of them in {@code aud}; {@code *} stands for any, or none
 * @param clockSkew how long a token counts before its {@code nbf} and after its {@code exp}
 * @param principalClaim the claim with the name of the principal
 * @param namespacesClaim the claim with patterns for namespaces; empty: all are granted
 * @param taskQueuesClaim the claim with patterns for task queues; empty: all are granted
 * @param renew whether a further Connect with a fresh token extends a connection
 * @param sslBundle the SSL bundle for https; empty for the JDK's certificates
 * @param jwkSetTokenFile a file with the token that requests for keys carry; empty for none
 * @param refreshInterval the time from one fetch of the keys to the next
 * @param unknownKeyInterval the shortest time between two fetches because of unknown keys
 * @param fetchTimeout the time for one response of the issuer
 * @param startupTimeout how long a start waits for the first keys
 */
@Validated
@ConfigurationProperties("frontdoor.auth.jwt")
public record JwtProperties(
        @DefaultValue("") String issuer,
        @DefaultValue("") String jwkSetUri,
        @DefaultValue @Size(max = 100) List<String> audiences,
        @DefaultValue("30s")
                @DurationMin(message = FROM_0_TO_10M)
                @DurationMax(minutes = 10, message = FROM_0_TO_10M)
                Duration clockSkew,
        @DefaultValue("sub") @NotEmpty(message = "must not be empty") String principalClaim,
        @DefaultValue("") String namespacesClaim,
        @DefaultValue("") String taskQueuesClaim,
        @DefaultValue("false") boolean renew,
        @DefaultValue("") String sslBundle,
        @DefaultValue("") String jwkSetTokenFile,
        @DefaultValue("5m")
                @DurationMin(millis = 100, message = FROM_100MS_TO_1D)
                @DurationMax(days = 1, message = FROM_100MS_TO_1D)
                Duration refreshInterval,
        @DefaultValue("10s")
                @DurationMin(millis = 100, message = FROM_100MS_TO_1D)
                @DurationMax(days = 1, message = FROM_100MS_TO_1D)
                Duration unknownKeyInterval,
        @DefaultValue("5s")
                @DurationMin(millis = 10, message = FROM_10MS_TO_1M)
                @DurationMax(minutes = 1, message = FROM_10MS_TO_1M)
                Duration fetchTimeout,
        @DefaultValue("60s")
                @DurationMin(message = FROM_0_TO_60S)
                @DurationMax(seconds = 60, message = FROM_0_TO_60S)
                Duration startupTimeout)
        implements JwtRules {

    private static final String FROM_0_TO_10M = "must be from 0 to 10m";
    private static final String FROM_100MS_TO_1D = "must be from 100ms to 1d";
    private static final String FROM_10MS_TO_1M = "must be from 10ms to 1m";
    private static final String FROM_0_TO_60S = "must be from 0 to 60s";

    /** Copies the list. */
    public JwtProperties {
        audiences = List.copyOf(audiences);
    }

    @Override
    public String prefix() {
        return "frontdoor.auth.jwt.";
    }
}
