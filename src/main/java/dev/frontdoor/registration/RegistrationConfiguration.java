package dev.frontdoor.registration;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.time.Clock;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(NotifierProperties.class)
class RegistrationConfiguration {

    @Bean
    LiveTable liveTable() {
        return new LiveTable();
    }

    @Bean
    TimeLimits timeLimits() {
        return new TimeLimits();
    }

    @Bean
    RegistrationService registrationService(
            ConfigurableListableBeanFactory factory,
            NotifierProperties properties,
            LiveTable table,
            MeterRegistry registry,
            TimeLimits timeLimits) {
        Clock clock = Clock.systemUTC();
        return new RegistrationService(
                new NotifierBeans(factory, properties, registry, clock).inCallOrder(),
                properties.unmatched(),
                table,
                new RegistrationMetrics(registry, table),
                timeLimits,
                clock);
    }
}
