package dev.frontdoor.auth;

import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.notifier.Authenticator;
import dev.frontdoor.notifier.Principal;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;

import org.jspecify.annotations.Nullable;
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

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AuthProperties.class)
class AuthConfiguration {

    private static final Logger log = LoggerFactory.getLogger(AuthConfiguration.class);

    private static final String AUTHENTICATOR = "authenticator";

    /** Those that there may be. */
    private static final List<Principal.Kind> METHODS =
            List.of(Principal.Kind.TOKEN, Principal.Kind.CUSTOM);

    @Bean
    NamedTokens namedTokens(Environment environment) {
        return new NamedTokens(TokenSettings.read(environment));
    }

    @Bean
    TokenFileWatch tokenFileWatch(AuthProperties properties, NamedTokens tokens) {
        TokenFileWatch watch = new TokenFileWatch(properties.tokenFiles(), tokens);
        if (!properties.tokenFiles().isEmpty()) {
            watch.start(properties.tokenFileInterval());
        }
        return watch;
    }

    /** The methods in the order in which they are asked. */
    @Bean
    AuthenticationService authenticationService(
            AuthProperties properties,
            NamedTokens tokens,
            TokenFileWatch tokenFiles,
            ObjectProvider<Authenticator> authenticators,
            Timeouts timeouts,
            RepeatedLines lines,
            MeterRegistry meters,
            Clock clock) {
        boolean tokensAreSet = tokens.count() > 0 || !properties.tokenFiles().isEmpty();
        TimedChecks checks = new TimedChecks(AUTHENTICATOR, properties, timeouts, lines);
        AuthenticationMetrics metrics = new AuthenticationMetrics(meters, METHODS);
        metrics.show(tokens, checks);
        List<AuthenticationMethod> methods = new ArrayList<>();
        @Nullable Authenticator authenticator = authenticators.getIfAvailable();
        if (authenticator != null) {
            refuseTokens(tokensAreSet);
            methods.add(new AuthenticatorMethod(authenticator, checks));
        } else if (tokensAreSet) {
            methods.add(tokens);
        }
        warn(methods, tokensAreSet && tokens.count() == 0);
        refuseIdentities(properties, methods);
        List<Principal.Kind> kinds = methods.stream().map(AuthenticationMethod::kind).toList();
        return new AuthenticationService(methods, new AuthenticationMetrics(meters, kinds), clock);
    }

    private static void warn(List<AuthenticationMethod> methods, boolean noToken) {
        if (methods.isEmpty()) {
            log.warn("frontdoor.auth.tokens is empty: any worker that can connect is accepted");
        } else if (noToken) {
            log.warn("frontdoor.auth.token-files have no token: no worker is accepted");
        }
    }

    private static void refuseTokens(boolean areSet) {
        if (areSet) {
            throw new InvalidConfigurationPropertyValueException(
                    "frontdoor.auth.tokens",
                    "(hidden)",
                    "The application has an Authenticator, which decides alone. Remove"
                            + " frontdoor.auth.tokens and frontdoor.auth.token-files.");
        }
    }

    /** Without a principal, no identity could be registered. */
    private static void refuseIdentities(
            AuthProperties properties, List<AuthenticationMethod> methods) {
        if (properties.identityFromPrincipal() && methods.isEmpty()) {
            throw new InvalidConfigurationPropertyValueException(
                    "frontdoor.auth.identity-from-principal",
                    true,
                    "Workers have no principal: set frontdoor.auth.tokens or"
                            + " frontdoor.auth.token-files too.");
        }
    }
}
