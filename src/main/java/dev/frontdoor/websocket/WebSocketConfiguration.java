package dev.frontdoor.websocket;

import dev.frontdoor.auth.AuthenticationService;
import dev.frontdoor.connection.AcceptStandby;
import dev.frontdoor.connection.Instance;
import dev.frontdoor.connection.TcpConnections;
import dev.frontdoor.connection.ThreadProgress;
import dev.frontdoor.connection.WorkerConnectionFactory;
import dev.frontdoor.connection.address.ClientAddresses;
import dev.frontdoor.connection.drain.ConnectionAdmission;
import dev.frontdoor.connection.tls.CheckedSslBundles;
import dev.frontdoor.registration.RefusalLog;
import dev.frontdoor.registration.settings.FrontDoorProperties;
import dev.frontdoor.registration.settings.LimitProperties;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import reactor.netty.resources.LoopResources;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ServerProperties.class)
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

    /** The event loops of the workers' connections, for other transports. */
    @Bean
    LoopResources workerLoopResources(EventLoops workerEventLoops) {
        return workerEventLoops.loopResources();
    }

    @Bean
    HttpCloser httpCloser(LimitProperties limits, MeterRegistry meters) {
        return new HttpCloser(limits.closeTimeout(), meters);
    }

    @Bean
    WorkerServerCustomizer workerServerCustomizer(
            FrontDoorProperties properties,
            LimitProperties limits,
            ConnectionAdmission admission,
            Instance instance,
            TcpConnections tcpConnections,
            AcceptStandby standby,
            WorkerConnectionFactory factory,
            ClientAddresses addresses,
            AuthenticationService authentication,
            RefusalLog refusals,
            HttpCloser httpCloser,
            MeterRegistry meters,
            Environment environment,
            ServerProperties server,
            CheckedSslBundles bundles) {
        refuseHttp2(environment);
        bundles.requireForPort("server.ssl", server.getSsl());
        addresses.requireProxies("frontdoor.proxy-protocol", properties.proxyProtocol());
        Subprotocols subprotocols = new Subprotocols(properties.jsonSubprotocol());
        WebSocketPipeline webSockets =
                new WebSocketPipeline(
                        instance, tcpConnections, factory, addresses, subprotocols, limits);
        return new WorkerServerCustomizer(
                tcpConnections,
                standby,
                addresses,
                properties.proxyProtocol(),
                new UpgradeCheck(
                        properties.path(),
                        (int) limits.maxRequestHeadSize().toBytes(),
                        properties.allowedOrigins(),
                        subprotocols,
                        admission),
                new UpgradeRefusalRecorder(new UpgradeMetrics(meters), refusals, addresses),
                refusals,
                httpCloser,
                webSockets,
                new UpgradeAuthentication(authentication, webSockets),
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
