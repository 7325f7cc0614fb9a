package dev.frontdoor.schema;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("frontdoor.schemas.enabled")
class SchemaConfiguration {

    @Bean
    SchemaNotifier schemas() {
        return new SchemaNotifier();
    }
}
