package dev.frontdoor.websocket;

import dev.frontdoor.connection.Drain;
import dev.frontdoor.connection.WorkerConnectionFactory;
import dev.frontdoor.registration.FrontDoorProperties;
import dev.frontdoor.registration.LimitProperties;
import dev.frontdoor.registration.RefusalLog;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class WebSocketConfiguration {

    @Bean
    EventLoops workerEventLoops(FrontDoorProperties properties) {
        int count = properties.eventLoops();
        return new EventLoops(
                "worker-io", count == 0 ? Runtime.getRuntime().availableProcessors() : count);
    }

    @Bean
    WorkerServerCustomizer workerServerCustomizer(
            FrontDoorProperties properties,
            LimitProperties limits,
            Drain drain,
            WorkerConnectionFactory connections,
            RefusalLog refusals,
            MeterRegistry meters) {
        return new WorkerServerCustomizer(
                new UpgradeCheck(properties.path(), properties.allowedOrigins(), drain::isOpen),
                new UpgradeRefusals(
                        new UpgradeMetrics(meters),
                        refusals,
                        new ClientAddress(limits.trustedProxies())),
                new WebSocketPipeline(connections, limits),
                limits.requestHeadTimeout());
    }
}
