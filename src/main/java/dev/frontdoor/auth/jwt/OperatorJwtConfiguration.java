package dev.frontdoor.auth.jwt;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The JSON Web Tokens of operators, apart from those of workers. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(OperatorJwtProperties.class)
class OperatorJwtConfiguration {

    @Bean(defaultCandidate = false)
    IssuerKeys operatorIssuerKeys(
            OperatorJwtProperties properties, ObjectProvider<SslBundles> bundles) {
        return IssuerKeys.of(properties, bundles);
    }

    @Bean(defaultCandidate = false)
    JwtMetrics operatorJwtMetrics(MeterRegistry meters) {
        return JwtMetrics.ofOperators(meters);
    }

    @Bean(defaultCandidate = false)
    JwtKeys operatorJwtKeys(
            @Qualifier("operatorIssuerKeys") IssuerKeys issuer,
            OperatorJwtProperties properties,
            @Qualifier("operatorJwtMetrics") JwtMetrics metrics,
            Clock clock) {
        JwtKeys keys = new JwtKeys(issuer, properties, metrics, JwtKeys.thread(), clock);
        if (properties.isEnabled()) {
            keys.start();
        }
        return keys;
    }

    @Bean
    OperatorJwt operatorJwt(
            OperatorJwtProperties properties,
            @Qualifier("operatorJwtKeys") JwtKeys keys,
            @Qualifier("operatorJwtMetrics") JwtMetrics metrics,
            Clock clock) {
        OperatorClaims mapping = new OperatorClaims(properties);
        JwtVerifier verifier = new JwtVerifier(properties, mapping, metrics, clock);
        VerifiedTokens verified = new VerifiedTokens(clock);
        metrics.show(keys::count, verified::size);
        return new OperatorJwt(properties.isEnabled(), keys, verifier, verified);
    }
}
