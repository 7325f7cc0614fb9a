package dev.frontdoor.auth.jwt;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(JwtProperties.class)
class JwtConfiguration {

    @Bean
    JwtMetrics jwtMetrics(MeterRegistry meters) {
        return JwtMetrics.ofWorkers(meters);
    }

    @Bean
    IssuerKeys issuerKeys(JwtProperties properties, ObjectProvider<SslBundles> bundles) {
        JwtSettings.checkGrants(properties);
        return IssuerKeys.of(properties, bundles);
    }

    @Bean
    JwtKeys jwtKeys(IssuerKeys issuer, JwtProperties properties, JwtMetrics metrics, Clock clock) {
        JwtKeys keys = new JwtKeys(issuer, properties, metrics, JwtKeys.thread(), clock);
        if (properties.isEnabled()) {
            keys.start();
        }
        return keys;
    }

    @Bean
    JwtVerifier jwtVerifier(JwtProperties properties, JwtMetrics metrics, Clock clock) {
        return new JwtVerifier(properties, new WorkerClaims(properties), metrics, clock);
    }

    @Bean
    VerifiedTokens verifiedTokens(JwtKeys keys, JwtMetrics metrics, Clock clock) {
        VerifiedTokens tokens = new VerifiedTokens(clock);
        metrics.show(keys::count, tokens::size);
        return tokens;
    }

    /** The service is not ready before a runner returns. */
    @Bean
    ApplicationRunner firstKeys(JwtKeys keys, JwtProperties properties) {
        return _ -> {
            if (properties.isEnabled()) {
                keys.awaitFirst(properties.startupTimeout());
            }
        };
    }
}
