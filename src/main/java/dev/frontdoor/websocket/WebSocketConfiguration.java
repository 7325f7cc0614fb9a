package dev.frontdoor.websocket;

import dev.frontdoor.connection.Drain;
import dev.frontdoor.connection.WorkerConnectionFactory;
import dev.frontdoor.connection.address.ClientAddresses;
import dev.frontdoor.registration.FrontDoorProperties;
import dev.frontdoor.registration.LimitProperties;

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
            ClientAddresses addresses,
            MeterRegistry meters) {
        return new WorkerServerCustomizer(
                addresses,
                new UpgradeCheck(
                        properties.path(),
                        (int) limits.maxRequestHeadSize().toBytes(),
                        properties.allowedOrigins(),
                        drain::isOpen),
                new UpgradeMetrics(meters),
                new WebSocketPipeline(connections, addresses, limits),
                limits.requestHeadTimeout());
    }
}
