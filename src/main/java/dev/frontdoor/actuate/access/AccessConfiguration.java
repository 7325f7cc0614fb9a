package dev.frontdoor.actuate.access;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ManagementProperties.class)
class AccessConfiguration {

    @Bean
    RefusedRequests refusedRequests(MeterRegistry meters) {
        return new RefusedRequests(meters);
    }

    @Bean
    TokenSanitizer tokenSanitizer() {
        return new TokenSanitizer();
    }
}
