package dev.frontdoor.push;

import dev.frontdoor.invocation.Sampler;
import dev.frontdoor.invocation.Timeouts;
import dev.frontdoor.registration.LiveTable;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PushProperties.class)
class PushConfiguration {

    @Bean
    PushService pushService(
            LiveTable table,
            PushProperties properties,
            MeterRegistry meters,
            Sampler sampler,
            Timeouts timeouts) {
        return new PushService(table, properties, new PushMetrics(meters, sampler), timeouts);
    }
}
