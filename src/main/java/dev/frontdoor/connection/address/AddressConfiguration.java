package dev.frontdoor.connection.address;

import dev.frontdoor.registration.settings.LimitProperties;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.util.List;

@Configuration(proxyBeanMethods = false)
class AddressConfiguration {

    @Bean
    ProxyHeaderMetrics proxyHeaderMetrics(MeterRegistry meters) {
        return new ProxyHeaderMetrics(meters);
    }

    @Bean
    ClientAddresses clientAddresses(LimitProperties limits, ProxyHeaderMetrics metrics) {
        return new ClientAddresses(
                new TrustedProxies(limits.trustedProxies()), limits.requestHeadTimeout(), metrics);
    }

    /** Those of a port where no proxy is trusted. */
    @Bean(defaultCandidate = false)
    ClientAddresses socketAddresses(LimitProperties limits, ProxyHeaderMetrics metrics) {
        return new ClientAddresses(
                new TrustedProxies(List.of()), limits.requestHeadTimeout(), metrics);
    }
}
