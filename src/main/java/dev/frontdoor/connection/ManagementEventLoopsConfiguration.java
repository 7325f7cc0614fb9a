package dev.frontdoor.connection;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.context.annotation.Bean;

/** Gives the management port an event loop of its own, where it has a server of its own. */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
class ManagementEventLoopsConfiguration {

    @Bean
    EventLoops managementEventLoops() {
        return new EventLoops("management-io", 1);
    }
}
