package dev.frontdoor.connection;

import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.RegistrationService;

import io.micrometer.core.instrument.MeterRegistry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    FrontDoorProperties.class,
    LimitProperties.class,
    HeartbeatProperties.class,
    DrainProperties.class,
    HistoryProperties.class
})
class ConnectionConfiguration {

    private static final Logger log = LoggerFactory.getLogger(ConnectionConfiguration.class);

    @Bean
    Instance instance(FrontDoorProperties properties) {
        return new Instance(properties.instance());
    }

    @Bean
    ConnectionMetrics connectionMetrics(MeterRegistry meters, LimitProperties limits) {
        return new ConnectionMetrics(meters, limits.effectiveMaxConnections());
    }

    @Bean
    Connections connections(
            RegistrationService registrations,
            PushService pushes,
            ConnectionMetrics metrics,
            Departures departures,
            LimitProperties limits) {
        return new Connections(registrations, pushes, metrics, departures, limits);
    }

    @Bean
    Departures departures(HistoryProperties history) {
        return new Departures(history.size());
    }

    @Bean
    Drain drain(
            DrainProperties properties,
            Connections connections,
            RegistrationService registrations,
            PushService pushes,
            ApplicationContext context,
            MeterRegistry meters) {
        return new Drain(properties, connections, registrations, pushes, context, meters);
    }

    @Bean
    EventLoops workerEventLoops(FrontDoorProperties properties) {
        int count = properties.eventLoops();
        return new EventLoops(
                "worker-io", count == 0 ? Runtime.getRuntime().availableProcessors() : count);
    }

    @Bean
    Doorway doorway(
            FrontDoorProperties properties,
            LimitProperties limits,
            HeartbeatProperties heartbeat,
            Drain drain,
            Connections connections,
            RegistrationService registrations,
            PushService pushes,
            ConnectionMetrics metrics) {
        SharedTokens tokens = new SharedTokens(properties.auth().tokens());
        if (!tokens.areRequired()) {
            log.warn("frontdoor.auth.tokens is empty: any worker may enter");
        }
        return new Doorway(
                new UpgradeCheck(properties.path(), properties.allowedOrigins()),
                limits,
                heartbeat,
                drain,
                connections,
                new FrameDispatcher(tokens, registrations, pushes, metrics),
                metrics);
    }
}
