package dev.frontdoor.console;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ConsoleConfiguration {

    @Bean
    ConsoleEndpoint consoleEndpoint() {
        return new ConsoleEndpoint();
    }
}
