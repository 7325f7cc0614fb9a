package dev.frontdoor.invocation;

import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.logging.RepeatedLines;

import io.micrometer.core.instrument.Clock;
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

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(NotifierProperties.class)
class InvocationConfiguration {

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    Sampler.Unmetered unmetered() {
        return new Sampler.Unmetered();
    }

    @Bean
    DisplayFilter displayFilter() {
        return new DisplayFilter();
    }

    @Bean
    Sampler sampler(
            ObservationRegistry observations,
            ObjectProvider<ObservationHandler<?>> handlers,
            Clock clock) {
        boolean handled =
                handlers.stream()
                        .anyMatch(handler -> !(handler instanceof MeterObservationHandler));
        return new Sampler(handled ? observations : ObservationRegistry.NOOP, clock);
    }

    @Bean
    Timeouts timeouts() {
        return Timeouts.onOwnThread();
    }

    @Bean
    RepeatedLines repeatedLines(Timeouts timeouts) {
        return new RepeatedLines((delay, action) -> {
            var _ = timeouts.after(delay, action);
        });
    }

    @Bean
    NotifierRegistry notifierRegistry(
            ConfigurableListableBeanFactory factory,
            NotifierProperties properties,
            MeterRegistry meters,
            Sampler sampler,
            RepeatedLines lines,
            Clock clock) {
        return new NotifierRegistry(factory, properties, meters, sampler, lines, clock);
    }
}
