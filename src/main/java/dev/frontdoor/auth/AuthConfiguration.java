package dev.frontdoor.auth;

import dev.frontdoor.auth.jwt.JwtKeys;
import dev.frontdoor.auth.jwt.JwtProperties;
import dev.frontdoor.auth.jwt.JwtVerifier;
import dev.frontdoor.auth.jwt.VerifiedTokens;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.logging.Secrets;
import dev.frontdoor.notifier.Authenticator;
import dev.frontdoor.notifier.Principal;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({AuthProperties.class, CertificateProperties.class})
class AuthConfiguration {

    private static final Logger log = LoggerFactory.getLogger(AuthConfiguration.class);

    private static final String PREFIX = "frontdoor.auth.";

    /** Those that there may be. */
    private static final List<Principal.Kind> METHODS =
            List.of(
                    Principal.Kind.TOKEN,
                    Principal.Kind.JWT,
                    Principal.Kind.CERTIFICATE,
                    Principal.Kind.CUSTOM);

    @Bean
    NamedTokens namedTokens(Environment environment) {
        return new NamedTokens(
                TokenSettings.read(environment, PREFIX + "tokens"), "frontdoor.auth", Map.of());
    }

    @Bean
    TokenFileWatch tokenFileWatch(AuthProperties properties, NamedTokens tokens) {
        TokenFileWatch watch =
                new TokenFileWatch(properties.tokenFiles(), tokens, PREFIX + "token-files");
        if (!properties.tokenFiles().isEmpty()) {
            watch.start(properties.tokenFileInterval());
        }
        return watch;
    }

    @Bean
    CheckRecord checkRecord(AuthProperties properties, Clock clock) {
        return new CheckRecord(properties.maxConcurrentChecks(), clock);
    }

    /** The checks that take time: those of the authenticator, or of JSON Web Tokens. */
    @Bean
    TimedChecks timedChecks(
            ObjectProvider<Authenticator> authenticators,
            AuthProperties properties,
            CheckRecord record,
            Timeouts timeouts,
            RepeatedLines lines) {
        boolean custom = authenticators.getIfAvailable() != null;
        return new TimedChecks(
                custom ? "authenticator" : "jwt", properties, record, timeouts, lines);
    }

    @Bean
    JwtMethod jwtMethod(
            JwtKeys keys, JwtVerifier verifier, VerifiedTokens verified, TimedChecks checks) {
        return new JwtMethod(keys, verifier, verified, checks);
    }

    /** The methods in the order in which they are asked. */
    @Bean
    AuthenticationService authenticationService(
            AuthProperties properties,
            CertificateProperties certificates,
            JwtProperties jwt,
            NamedTokens tokens,
            TokenFileWatch tokenFiles,
            JwtMethod jwtMethod,
            ObjectProvider<Authenticator> authenticators,
            TimedChecks checks,
            Environment environment,
            MeterRegistry meters,
            Clock clock) {
        boolean tokensAreSet = tokens.count() > 0 || tokenFiles.hasPaths();
        AuthenticationMetrics metrics =
                new AuthenticationMetrics(meters, "frontdoor.authentications", "workers", METHODS);
        metrics.show(tokens, checks);
        List<AuthenticationMethod> methods = new ArrayList<>();
        if (certificates.nameFrom() != CertificateName.NONE) {
            requireCertificates(environment);
            methods.add(CertificateMethod.ofWorkers(certificates));
        }
        Authenticator authenticator = authenticators.getIfAvailable();
        if (authenticator != null) {
            refuseBesideAuthenticator(tokensAreSet, "tokens", "token-files");
            refuseBesideAuthenticator(jwt.isEnabled(), "jwt.issuer", "jwt.jwk-set-uri");
            methods.add(new AuthenticatorMethod(authenticator, checks));
        } else {
            if (tokensAreSet) {
                methods.add(tokens);
            }
            if (jwt.isEnabled()) {
                methods.add(jwtMethod);
            }
        }
        warn(methods, tokensAreSet && tokens.count() == 0);
        refuseIdentities(properties, methods);
        return new AuthenticationService(methods, jwt.renew(), metrics, clock);
    }

    private static void warn(List<AuthenticationMethod> methods, boolean noToken) {
        if (methods.isEmpty()) {
            log.warn("frontdoor.auth.tokens is empty: any worker that can connect is accepted");
        } else if (noToken && methods.size() == 1) {
            log.warn("frontdoor.auth.token-files have no token: no worker is accepted");
        }
    }

    /** Without a port that asks for certificates, no worker could show one. */
    private static void requireCertificates(Environment environment) {
        for (String setting : List.of("server.ssl.client-auth", "frontdoor.tcp.client-auth")) {
            String asks = environment.getProperty(setting, "none");
            if (!asks.equalsIgnoreCase("none")) {
                return;
            }
        }
        throw new InvalidConfigurationPropertyValueException(
                "frontdoor.auth.certificates.name-from",
                environment.getProperty("frontdoor.auth.certificates.name-from"),
                "No port asks workers for certificates: set server.ssl.client-auth or"
                        + " frontdoor.tcp.client-auth to want or need.");
    }

    private static void refuseBesideAuthenticator(boolean areSet, String one, String other) {
        if (areSet) {
            // The report of a property that is set would show its value.
            throw new InvalidConfigurationPropertyValueException(
                    "frontdoor.auth",
                    Secrets.HIDDEN,
                    "The application has an Authenticator, which decides alone. Remove %s and %s."
                            .formatted(PREFIX + one, PREFIX + other));
        }
    }

    /** Without a principal, no identity could be registered. */
    private static void refuseIdentities(
            AuthProperties properties, List<AuthenticationMethod> methods) {
        if (properties.identityFromPrincipal() && methods.isEmpty()) {
            throw new InvalidConfigurationPropertyValueException(
                    "frontdoor.auth.identity-from-principal",
                    true,
                    "Workers have no principal: set frontdoor.auth.tokens,"
                            + " frontdoor.auth.token-files, frontdoor.auth.jwt.issuer or"
                            + " frontdoor.auth.certificates.name-from too.");
        }
    }
}
