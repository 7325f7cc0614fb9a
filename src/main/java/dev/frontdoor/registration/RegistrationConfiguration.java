package dev.frontdoor.registration;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import java.time.Clock;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({NotifierProperties.class, RegistrationProperties.class})
class RegistrationConfiguration {

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    Timings.Unmetered unmetered() {
        return new Timings.Unmetered();
    }

    @Bean
    Timings timings(
            ObservationRegistry observations, ObjectProvider<ObservationHandler<?>> handlers) {
        boolean handled =
                handlers.stream().anyMatch(there -> !(there instanceof MeterObservationHandler));
        return new Timings(handled ? observations : ObservationRegistry.NOOP);
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
            RegistrationProperties registration,
            LiveTable table,
            MeterRegistry meters,
            Timings timings,
            TimeLimits timeLimits) {
        Clock clock = Clock.systemUTC();
        return new RegistrationService(
                new NotifierBeans(factory, properties, meters, timings, clock).inCallOrder(),
                properties.unmatched(),
                new Identities(registration.duplicateIdentity()),
                new Pace(
                        registration.limits().registrationsPerSecond(),
                        registration.limits().registrationQueue(),
                        System::nanoTime),
                table,
                new RegistrationMetrics(meters, timings, table),
                timeLimits,
                clock);
    }
}
