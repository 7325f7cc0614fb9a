package dev.frontdoor.registration;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.time.Clock;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(NotifierProperties.class)
class RegistrationConfiguration {

    @Bean
    ObservationLabels observationLabels() {
        return new ObservationLabels();
    }

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
            MeterRegistry meters,
            ObservationRegistry observations,
            TimeLimits timeLimits) {
        Clock clock = Clock.systemUTC();
        return new RegistrationService(
                new NotifierBeans(factory, properties, meters, observations, clock).inCallOrder(),
                properties.unmatched(),
                table,
                new RegistrationMetrics(meters, observations, table),
                timeLimits,
                clock);
    }
}
