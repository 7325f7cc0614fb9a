package dev.frontdoor.tcp;

import dev.frontdoor.auth.AuthenticationService;
import dev.frontdoor.connection.AcceptStandby;
import dev.frontdoor.connection.TcpConnections;
import dev.frontdoor.connection.WorkerConnectionFactory;
import dev.frontdoor.connection.address.ClientAddresses;
import dev.frontdoor.connection.drain.ConnectionAdmission;
import dev.frontdoor.connection.tls.CheckedSslBundles;
import dev.frontdoor.registration.RefusalLog;
import dev.frontdoor.registration.settings.LimitProperties;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import reactor.netty.resources.LoopResources;

import java.net.InetAddress;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TcpProperties.class)
class TcpConfiguration {

    @Bean
    TcpPipeline tcpPipeline(
            TcpConnections tcpConnections,
            WorkerConnectionFactory connections,
            ConnectionAdmission admission,
            ClientAddresses addresses,
            AuthenticationService authentication,
            RefusalLog refusals,
            MeterRegistry meters,
            TcpProperties properties,
            LimitProperties limits) {
        addresses.requireProxies("frontdoor.tcp.proxy-protocol", properties.proxyProtocol());
        return new TcpPipeline(
                tcpConnections,
                connections,
                admission,
                addresses,
                authentication,
                refusals,
                new EntryMetrics(meters),
                properties,
                limits);
    }

    @Bean
    TcpServer tcpServer(
            TcpProperties properties,
            TcpPipeline pipeline,
            LoopResources workerLoopResources,
            TcpConnections tcpConnections,
            AcceptStandby standby,
            CheckedSslBundles bundles,
            Environment environment) {
        String bundle = properties.sslBundle();
        return new TcpServer(
                properties,
                environment.getProperty("server.address", InetAddress.class),
                workerLoopResources,
                tcpConnections,
                standby,
                pipeline,
                () ->
                        bundle.isEmpty()
                                ? null
                                : new TcpTls(bundles, bundle, properties.clientAuth()));
    }
}
