package dev.frontdoor.actuate;

import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.reactive.ConfigurableReactiveWebServerFactory;

/**
 * Lets the management port speak TLS only by its own settings. Spring Boot copies those of the
 * workers' port, after which probes and scrapes by plain HTTP fail.
 */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
final class ManagementTls
        implements WebServerFactoryCustomizer<ConfigurableReactiveWebServerFactory> {

    private final ManagementServerProperties management;

    ManagementTls(ManagementServerProperties management) {
        this.management = management;
    }

    /** After Spring Boot's own customizer, since it has no order. */
    @Override
    public void customize(ConfigurableReactiveWebServerFactory factory) {
        factory.setSsl(management.getSsl());
    }
}
