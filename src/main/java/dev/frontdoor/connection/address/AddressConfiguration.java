package dev.frontdoor.connection.address;

import dev.frontdoor.registration.settings.LimitProperties;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class AddressConfiguration {

    @Bean
    ClientAddresses clientAddresses(LimitProperties limits, MeterRegistry meters) {
        return new ClientAddresses(
                new TrustedProxies(limits.trustedProxies()),
                limits.requestHeadTimeout(),
                new ProxyHeaderMetrics(meters));
    }
}
