package dev.frontdoor.registration;

import dev.frontdoor.invocation.NotifierProperties;
import dev.frontdoor.invocation.NotifierRegistry;
import dev.frontdoor.invocation.Sampler;
import dev.frontdoor.invocation.Timeouts;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.time.Clock;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({FrontDoorProperties.class, LimitProperties.class})
class RegistrationConfiguration {

    @Bean
    LiveTable liveTable() {
        return new LiveTable();
    }

    @Bean
    RegistrationService registrationService(
            NotifierRegistry notifiers,
            NotifierProperties properties,
            FrontDoorProperties frontDoor,
            LimitProperties limits,
            LiveTable table,
            MeterRegistry meters,
            Sampler sampler,
            Timeouts timeouts) {
        return new RegistrationService(
                notifiers.inCallOrder(),
                properties.unmatched(),
                new Identities(frontDoor.duplicateIdentity()),
                new RegistrationRateLimiter(
                        limits.registrationsPerSecond(),
                        limits.registrationQueue(),
                        System::nanoTime),
                table,
                new RegistrationMetrics(meters, sampler, table),
                timeouts,
                Clock.systemUTC());
    }
}
