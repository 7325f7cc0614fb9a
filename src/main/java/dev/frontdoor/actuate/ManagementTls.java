package dev.frontdoor.actuate;

import dev.frontdoor.connection.ConditionalOnFrontDoor;
import dev.frontdoor.connection.tls.CheckedSslBundles;

import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.reactive.ConfigurableReactiveWebServerFactory;

/**
 * Lets the management port speak TLS only by its own settings. Spring Boot copies those of the
 * workers' port, after which probes and scrapes by plain HTTP fail.
 */
@ConditionalOnFrontDoor
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
final class ManagementTls
        implements WebServerFactoryCustomizer<ConfigurableReactiveWebServerFactory> {

    private final ManagementServerProperties management;

    /** Fails now if the port cannot use its certificates, or asks for some and trusts anybody's. */
    ManagementTls(ManagementServerProperties management, CheckedSslBundles bundles) {
        this.management = management;
        bundles.requireForPort("management.server.ssl", management.getSsl());
    }

    /** After Spring Boot's own customizer, since it has no order. */
    @Override
    public void customize(ConfigurableReactiveWebServerFactory factory) {
        factory.setSsl(management.getSsl());
    }
}
