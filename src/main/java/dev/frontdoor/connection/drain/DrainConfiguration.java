package dev.frontdoor.connection.drain;

import dev.frontdoor.connection.Connections;
import dev.frontdoor.event.EventLog;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.RegistrationService;
import dev.frontdoor.registration.settings.LimitProperties;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DrainProperties.class)
class DrainConfiguration {

    private static final String DRAIN_EXECUTOR = "drainExecutor";

    @Bean
    Drain drain(
            DrainProperties properties,
            Connections connections,
            RegistrationService registrations,
            PushService pushes,
            DrainAnnouncer announcer,
            ApplicationContext context,
            MeterRegistry meters,
            Clock clock,
            @Qualifier(DRAIN_EXECUTOR) ScheduledExecutorService executor) {
        return new Drain(
                properties,
                connections,
                registrations,
                pushes,
                announcer,
                context,
                meters,
                clock,
                executor);
    }

    @Bean
    DrainAnnouncer drainAnnouncer(
            RegistrationService registrations,
            LiveTable table,
            Timeouts timeouts,
            EventLog events) {
        return new DrainAnnouncer(registrations, table, timeouts, events);
    }

    @Bean
    ConnectionAdmission connectionAdmission(
            Drain drain, Connections connections, LimitProperties limits) {
        return new ConnectionAdmission(drain, connections, limits.maxEventLoopLag());
    }

    /** Not a candidate elsewhere, so that Boot still configures its own executors. */
    @Bean(name = DRAIN_EXECUTOR, defaultCandidate = false, destroyMethod = "shutdownNow")
    ScheduledExecutorService drainExecutor() {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("drain").factory());
    }
}
