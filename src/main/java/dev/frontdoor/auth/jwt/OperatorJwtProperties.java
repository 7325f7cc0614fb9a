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
 * Which JSON Web Tokens of operators are accepted, and which roles they give. A claim is named by
 * its name, or by a JSON pointer if it is inside of others.
 *
 * @param issuer the {@code iss} of all tokens. Without {@code jwkSetUri}, its OpenID configuration
 *     tells where its keys are; empty: tokens of any issuer whose key is in the set
 * @param jwkSetUri where the keys are; empty: where the issuer says
 * @param audiences a token needs one of them in {@code aud}; {@code *} stands for any, or none
 * @param clockSkew how long a token counts before its {@code nbf} and after its {@code exp}
 * @param principalClaim the claim with the name of the operator
 * @param rolesClaim the claim with the roles, an array of strings or a string with spaces between
 * @param viewValues values in this claim that give the role view
 * @param operateValues values in this claim that give the role operate
 * @param sslBundle the SSL bundle for https; empty for the JDK's certificates
 * @param jwkSetTokenFile a file with the token that requests for keys carry; empty for none
 */
@Validated
@ConfigurationProperties("frontdoor.management.auth.jwt")
public record OperatorJwtProperties(
        @DefaultValue("") String issuer,
        @DefaultValue("") String jwkSetUri,
        @DefaultValue @Size(max = 100) List<String> audiences,
        @DefaultValue("30s")
                @DurationMin(message = FROM_0_TO_10M)
                @DurationMax(minutes = 10, message = FROM_0_TO_10M)
                Duration clockSkew,
        @DefaultValue("sub") @NotEmpty(message = NOT_EMPTY) String principalClaim,
        @DefaultValue("roles") @NotEmpty(message = NOT_EMPTY) String rolesClaim,
        @DefaultValue("view") @Size(max = 100) List<String> viewValues,
        @DefaultValue("operate") @Size(max = 100) List<String> operateValues,
        @DefaultValue("") String sslBundle,
        @DefaultValue("") String jwkSetTokenFile)
        implements JwtRules {

    private static final String FROM_0_TO_10M = "must be from 0 to 10m";
    private static final String NOT_EMPTY = "must not be empty";

    /** Copies the lists. */
    public OperatorJwtProperties {
        audiences = List.copyOf(audiences);
        viewValues = List.copyOf(viewValues);
        operateValues = List.copyOf(operateValues);
    }

    @Override
    public String prefix() {
        return "frontdoor.management.auth.jwt.";
    }
}
