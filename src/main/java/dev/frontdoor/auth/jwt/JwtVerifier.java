package dev.frontdoor.auth.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerifierFactory;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;

import dev.frontdoor.auth.jwt.Verification.Rejected;
import dev.frontdoor.auth.jwt.Verification.UnknownKey;
import dev.frontdoor.auth.jwt.Verification.Verified;
import dev.frontdoor.notifier.Principal;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Checks tokens: what they say first, since that is cheap, and then the signature. So the issuer is
 * asked for no key of a token that would be refused anyway. Used by any thread; needs a processor
 * for a while, and does not wait.
 */
public final class JwtVerifier {

    private static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512,
                    JWSAlgorithm.ES256,
                    JWSAlgorithm.ES384,
                    JWSAlgorithm.ES512);

    private static final Set<JOSEObjectType> TYPES =
            Set.of(
                    JOSEObjectType.JWT,
                    new JOSEObjectType("at+jwt"),
                    new JOSEObjectType("application/at+jwt"));

    private static final Pattern FORM = Pattern.compile("[\\w-]++\\.[\\w-]++\\.[\\w-]++");
    private static final String NO_CLAIMS = "it is no signed JWT with claims";
    private static final String ANY = "*";

    private final NimbusJwtDecoder claims = new NimbusJwtDecoder(new Claims());
    private final JWSVerifierFactory signatures = new DefaultJWSVerifierFactory();
    private final JwtRules properties;
    private final ClaimMapping mapping;
    private final JwtMetrics metrics;
    private final Clock clock;

    /** Checks tokens as these settings say. */
    JwtVerifier(JwtRules properties, ClaimMapping mapping, JwtMetrics metrics, Clock clock) {
        this.properties = properties;
        this.mapping = mapping;
        this.metrics = metrics;
        this.clock = clock;
        claims.setJwtValidator(rules(properties, clock));
    }

    private static OAuth2TokenValidator<Jwt> rules(JwtRules properties, Clock clock) {
        List<OAuth2TokenValidator<Jwt>> rules = new ArrayList<>();
        JwtTimestampValidator time = new JwtTimestampValidator(properties.clockSkew());
        InstantSource now = () -> Instant.ofEpochMilli(clock.wallTime());
        time.setClock(now.withZone(ZoneOffset.UTC));
        time.setAllowEmptyExpiryClaim(false);
        rules.add(time);
        if (!properties.issuer().isEmpty()) {
            rules.add(new JwtIssuerValidator(properties.issuer()));
        }
        List<String> audiences = properties.audiences();
        if (!audiences.contains(ANY)) {
            rules.add(
                    new JwtClaimValidator<Collection<String>>(
                            "aud",
                            given ->
                                    given != null && given.stream().anyMatch(audiences::contains)));
        }
        return new DelegatingOAuth2TokenValidator<>(rules);
    }

    /** Checks a token with the keys of a set. */
    public Verification verify(String token, KeySet keys) {
        // The library ignores other characters.
        if (!FORM.matcher(token).matches()) {
            return new Rejected("it is no signed JWT");
        }
        SignedJWT signed;
        try {
            signed = SignedJWT.parse(token);
        } catch (ParseException | RuntimeException | StackOverflowError _) {
            return new Rejected(NO_CLAIMS);
        }
        try {
            String fault = fault(signed.getHeader());
            return fault == null ? verify(signed, claims.decode(token), keys) : new Rejected(fault);
        } catch (JwtValidationException e) {
            return new Rejected(
                    e.getErrors().stream()
                            .map(OAuth2Error::getDescription)
                            .collect(Collectors.joining("; ")),
                    e.getErrors().size() == 1 && isExpired(signed));
        } catch (UnusableClaimException e) {
            return new Rejected(String.valueOf(e.getMessage()));
        } catch (RuntimeException | StackOverflowError _) {
            return new Rejected(NO_CLAIMS);
        }
    }

    private boolean isExpired(SignedJWT token) {
        try {
            Date expiry = token.getJWTClaimsSet().getExpirationTime();
            return expiry != null
                    && expiry.toInstant().plus(properties.clockSkew()).toEpochMilli()
                            <= clock.wallTime();
        } catch (ParseException _) {
            return false;
        }
    }

    private static @Nullable String fault(JWSHeader header) {
        if (!ALGORITHMS.contains(header.getAlgorithm())) {
            return "its algorithm is not accepted";
        }
        if (header.getCriticalParams() != null) {
            return "it has critical header parameters";
        }
        return header.getType() == null || TYPES.contains(header.getType())
                ? null
                : "its type is not accepted";
    }

    private Verification verify(SignedJWT signed, Jwt jwt, KeySet keys) {
        Map<String, Object> all = signed.getPayload().toJSONObject();
        Principal principal =
                mapping.principal(
                        all,
                        Objects.requireNonNull(jwt.getExpiresAt()).plus(properties.clockSkew()));
        List<JWK> candidates = keys.candidates(signed.getHeader());
        for (JWK key : candidates) {
            if (isSignedWith(key, signed)) {
                return new Verified(principal, key);
            }
        }
        return candidates.isEmpty() || signed.getHeader().getKeyID() == null
                ? new UnknownKey()
                : new Rejected("its signature is wrong");
    }

    private boolean isSignedWith(JWK key, SignedJWT signed) {
        metrics.signatureChecked();
        try {
            return signed.verify(
                    signatures.createJWSVerifier(
                            signed.getHeader(), ((AsymmetricJWK) key).toPublicKey()));
        } catch (JOSEException _) {
            return false;
        }
    }

    /** Reads the claims. What they say counts for nothing before the signature was checked. */
    private static final class Claims extends DefaultJWTProcessor<SecurityContext> {

        @Override
        public JWTClaimsSet process(SignedJWT jwt, @Nullable SecurityContext context)
                throws BadJOSEException {
            try {
                return jwt.getJWTClaimsSet();
            } catch (ParseException e) {
                throw new BadJOSEException("the claims are no JSON object", e);
            }
        }
    }
}
