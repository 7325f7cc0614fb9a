package dev.frontdoor.websocket;

import dev.frontdoor.connection.Connections;
import dev.frontdoor.connection.TcpConnections;
import dev.frontdoor.connection.ThreadProgress;
import dev.frontdoor.connection.WorkerConnectionFactory;
import dev.frontdoor.connection.address.ClientAddresses;
import dev.frontdoor.connection.drain.Drain;
import dev.frontdoor.registration.RefusalLog;
import dev.frontdoor.registration.settings.FrontDoorProperties;
import dev.frontdoor.registration.settings.LimitProperties;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@Configuration(proxyBeanMethods = false)
class WebSocketConfiguration {

    private static final String HTTP2 = "server.http2.enabled";

    @Bean
    EventLoops workerEventLoops(FrontDoorProperties properties, ThreadProgress progress) {
        int count = properties.eventLoops();
        return new EventLoops(
                "worker-io",
                count == 0 ? Runtime.getRuntime().availableProcessors() : count,
                progress);
    }

    @Bean
    HttpCloser httpCloser(LimitProperties limits, MeterRegistry meters) {
        return new HttpCloser(limits.closeTimeout(), meters);
    }

    @Bean
    WorkerServerCustomizer workerServerCustomizer(
            FrontDoorProperties properties,
            LimitProperties limits,
            Drain drain,
            Connections connections,
            TcpConnections tcpConnections,
            WorkerConnectionFactory factory,
            ClientAddresses addresses,
            RefusalLog refusals,
            HttpCloser httpCloser,
            MeterRegistry meters,
            Environment environment) {
        refuseHttp2(environment);
        return new WorkerServerCustomizer(
                tcpConnections,
                addresses,
                new UpgradeCheck(
                        properties.path(),
                        (int) limits.maxRequestHeadSize().toBytes(),
                        properties.allowedOrigins(),
                        new UpgradeAdmission(drain, connections, limits.maxEventLoopLag())),
                new UpgradeRefusalRecorder(new UpgradeMetrics(meters), refusals, addresses),
                refusals,
                httpCloser,
                new WebSocketPipeline(tcpConnections, factory, addresses, limits),
                limits);
    }

    /** A server of HTTP/2 arranges the handlers of HTTP/1.1 in another way than ours expect. */
    private static void refuseHttp2(Environment environment) {
        if (environment.getProperty(HTTP2, Boolean.class, false)) {
            throw new InvalidConfigurationPropertyValueException(
                    HTTP2,
                    true,
                    "Workers upgrade HTTP/1.1 connections, which this service does not accept"
                            + " beside HTTP/2. Set it to false.");
        }
    }
}
