package dev.frontdoor.push;

import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.TimeLimits;
import dev.frontdoor.registration.Timings;

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
            Timings timings,
            TimeLimits limits) {
        return new PushService(table, properties, new PushMetrics(meters, timings), limits);
    }
}
