package dev.frontdoor.auth;

import dev.frontdoor.auth.OperatorAuthProperties.Holders;
import dev.frontdoor.auth.jwt.OperatorJwt;
import dev.frontdoor.auth.role.OperatorRole;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.notifier.GlobPattern;
import dev.frontdoor.notifier.Grants;
import dev.frontdoor.notifier.Principal;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What checks operators. Apart from what checks workers, so no bean is a candidate elsewhere. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(OperatorAuthProperties.class)
class OperatorAuthConfiguration {

    /** The name of the service that checks operators. */
    static final String OPERATORS = "operatorAuthentication";

    private static final String PREFIX = "frontdoor.management.auth.";
    private static final String VIEW = PREFIX + "view.";
    private static final String OPERATE = PREFIX + "operate.";
    private static final String ASKS = "management.server.ssl.client-auth";

    private static final List<Principal.Kind> METHODS =
            List.of(Principal.Kind.TOKEN, Principal.Kind.JWT, Principal.Kind.CERTIFICATE);

    @Bean(defaultCandidate = false)
    NamedTokens viewTokens(Environment environment) {
        return tokens(environment, VIEW, OperatorRole.VIEW);
    }

    @Bean(defaultCandidate = false)
    NamedTokens operateTokens(Environment environment) {
        return tokens(environment, OPERATE, OperatorRole.OPERATE);
    }

    private static NamedTokens tokens(Environment environment, String prefix, OperatorRole role) {
        return new NamedTokens(
                TokenSettings.read(environment, prefix + "tokens"),
                prefix + "tokens",
                OperatorRole.attributes(role));
    }

    @Bean(defaultCandidate = false)
    TokenFileWatch viewTokenFiles(
            OperatorAuthProperties properties, @Qualifier("viewTokens") NamedTokens tokens) {
        return watch(properties, properties.view(), tokens, VIEW);
    }

    @Bean(defaultCandidate = false)
    TokenFileWatch operateTokenFiles(
            OperatorAuthProperties properties, @Qualifier("operateTokens") NamedTokens tokens) {
        return watch(properties, properties.operate(), tokens, OPERATE);
    }

    private static TokenFileWatch watch(
            OperatorAuthProperties properties, Holders holders, NamedTokens tokens, String prefix) {
        TokenFileWatch watch =
                new TokenFileWatch(holders.tokenFiles(), tokens, prefix + "token-files");
        if (watch.hasPaths()) {
            watch.start(properties.tokenFileInterval());
        }
        return watch;
    }

    /** The methods: of two that could decide, the first does. */
    @Bean(name = OPERATORS, defaultCandidate = false)
    AuthenticationService operatorAuthentication(
            OperatorAuthProperties properties,
            @Qualifier("viewTokens") NamedTokens viewTokens,
            @Qualifier("viewTokenFiles") TokenFileWatch viewFiles,
            @Qualifier("operateTokens") NamedTokens operateTokens,
            @Qualifier("operateTokenFiles") TokenFileWatch operateFiles,
            OperatorJwt jwt,
            AuthProperties limits,
            Timeouts timeouts,
            RepeatedLines lines,
            Environment environment,
            MeterRegistry meters,
            Clock clock) {
        List<AuthenticationMethod> methods = new ArrayList<>();
        if (properties.certificateName() == CertificateName.NONE) {
            refuseCertificates(properties.view(), VIEW);
            refuseCertificates(properties.operate(), OPERATE);
        } else {
            requireCertificates(properties.certificateName(), environment);
            methods.add(certificates(properties));
        }
        if (operateTokens.count() > 0 || operateFiles.hasPaths()) {
            methods.add(operateTokens);
        }
        if (viewTokens.count() > 0 || viewFiles.hasPaths()) {
            methods.add(viewTokens);
        }
        if (jwt.isEnabled()) {
            TimedChecks checks =
                    new TimedChecks(
                            "operators-jwt",
                            limits,
                            new CheckRecord(limits.maxConcurrentChecks(), clock),
                            timeouts,
                            lines);
            methods.add(new JwtMethod(jwt.keys(), jwt.verifier(), jwt.verified(), checks));
        }
        AuthenticationMetrics metrics =
                new AuthenticationMetrics(
                        meters, "frontdoor.management.authentications", "operators", METHODS);
        return new AuthenticationService(methods, false, metrics, clock);
    }

    private static CertificateMethod certificates(OperatorAuthProperties properties) {
        return new CertificateMethod(
                properties.certificateName(),
                (name, expiresAt) -> operator(name, role(name, properties), expiresAt));
    }

    private static Principal operator(String name, @Nullable OperatorRole role, Instant expiresAt) {
        return new Principal(
                name,
                Principal.Kind.CERTIFICATE,
                Grants.ALL,
                OperatorRole.attributes(role),
                expiresAt);
    }

    private static @Nullable OperatorRole role(String name, OperatorAuthProperties properties) {
        if (matches(name, properties.operate())) {
            return OperatorRole.OPERATE;
        }
        return matches(name, properties.view()) ? OperatorRole.VIEW : null;
    }

    private static boolean matches(String name, Holders holders) {
        return holders.certificates().stream().anyMatch(glob -> GlobPattern.matches(glob, name));
    }

    private static void refuseCertificates(Holders holders, String prefix) {
        if (!holders.certificates().isEmpty()) {
            throw new InvalidConfigurationPropertyValueException(
                    prefix + "certificates",
                    holders.certificates(),
                    "Set " + PREFIX + "certificate-name too, which tells where their names are.");
        }
    }

    /** Without a port that asks for certificates, no operator could show one. */
    private static void requireCertificates(CertificateName name, Environment environment) {
        if (environment.getProperty(ASKS, "none").equalsIgnoreCase("none")) {
            throw new InvalidConfigurationPropertyValueException(
                    PREFIX + "certificate-name",
                    name,
                    "The port asks nobody for certificates: set " + ASKS + " to want or need.");
        }
    }
}
