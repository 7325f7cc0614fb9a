package dev.frontdoor.connection.drain;

import dev.frontdoor.connection.Connections;
import dev.frontdoor.connection.DrainProperties;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.push.InstanceWorkers;
import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.RegistrationService;
import dev.frontdoor.registration.settings.LimitProperties;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

@Configuration(proxyBeanMethods = false)
class DrainConfiguration {

    private static final String DRAIN_EXECUTOR = "drainExecutor";

    @Bean
    Drain drain(
            DrainProperties properties,
            Connections connections,
            RegistrationService registrations,
            PushService pushes,
            Evictions evictions,
            DrainAnnouncer announcer,
            CloseRunner runner,
            ApplicationContext context,
            MeterRegistry meters,
            Clock clock) {
        return new Drain(
                properties,
                connections,
                registrations,
                new AcceptancePublisher(registrations, pushes, evictions, context),
                announcer,
                runner,
                meters,
                clock);
    }

    @Bean
    Evictions evictions(
            DrainProperties properties,
            InstanceWorkers workers,
            LiveTable table,
            PushService pushes,
            DrainAnnouncer announcer,
            CloseRunner runner,
            MeterRegistry meters,
            Clock clock) {
        return new Evictions(
                properties,
                workers,
                table,
                pushes,
                announcer,
                runner,
                new EvictionMetrics(meters),
                clock);
    }

    @Bean
    CloseRunner closeRunner(
            PushService pushes,
            Clock clock,
            @Qualifier(DRAIN_EXECUTOR) ScheduledExecutorService executor) {
        return new CloseRunner(pushes, clock, executor);
    }

    @Bean
    DrainAnnouncer drainAnnouncer(
            RegistrationService registrations, LiveTable table, Timeouts timeouts) {
        return new DrainAnnouncer(registrations, table, timeouts);
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
