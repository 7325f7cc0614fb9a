package dev.frontdoor.connection;

import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.LimitProperties;
import dev.frontdoor.registration.RegistrationService;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    AuthProperties.class,
    HeartbeatProperties.class,
    DrainProperties.class,
    DepartureProperties.class
})
class ConnectionConfiguration {

    static final String DRAIN_EXECUTOR = "drainExecutor";

    private static final Logger log = LoggerFactory.getLogger(ConnectionConfiguration.class);

    @Bean
    Instance instance(Environment environment) {
        return new Instance(environment.getRequiredProperty(InstanceNaming.NAME));
    }

    @Bean
    ConnectionLimit connectionLimit(LimitProperties limits) {
        return ConnectionLimit.of(limits.maxConnections(), Runtime.getRuntime().maxMemory());
    }

    @Bean
    ConnectionMetrics connectionMetrics(MeterRegistry meters, ConnectionLimit limit) {
        return new ConnectionMetrics(meters, limit.max());
    }

    @Bean
    Connections connections(
            RegistrationService registrations,
            PushService pushes,
            ConnectionMetrics metrics,
            Departures departures,
            ConnectionLimit limit,
            LimitProperties limits,
            Clock clock) {
        return new Connections(
                registrations,
                pushes,
                metrics,
                departures,
                limit.max(),
                new ConnectionsPerAddress(limits.maxConnectionsPerAddress()),
                clock);
    }

    @Bean
    Departures departures(DepartureProperties properties) {
        return new Departures(properties.size());
    }

    @Bean
    Drain drain(
            DrainProperties properties,
            Connections connections,
            RegistrationService registrations,
            PushService pushes,
            ApplicationContext context,
            MeterRegistry meters,
            Clock clock,
            @Qualifier(DRAIN_EXECUTOR) ScheduledExecutorService executor) {
        return new Drain(
                properties, connections, registrations, pushes, context, meters, clock, executor);
    }

    /** Not a candidate elsewhere, so that Boot still configures its own executors. */
    @Bean(name = DRAIN_EXECUTOR, defaultCandidate = false, destroyMethod = "shutdownNow")
    ScheduledExecutorService drainExecutor() {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("drain").factory());
    }

    @Bean
    WorkerConnectionFactory workerConnectionFactory(
            AuthProperties auth,
            LimitProperties limits,
            HeartbeatProperties heartbeat,
            Connections connections,
            RegistrationService registrations,
            PushService pushes,
            ConnectionMetrics metrics,
            Clock clock) {
        SharedTokens tokens = new SharedTokens(auth.tokens());
        if (!tokens.areRequired()) {
            log.warn("frontdoor.auth.tokens is empty: any worker that can connect is accepted");
        }
        return new WorkerConnectionFactory(
                connections,
                new FrameDispatcher(new ConnectHandshake(tokens), registrations, pushes, metrics),
                limits,
                heartbeat,
                clock);
    }
}
