package com.example.dispatcher;

import dev.frontdoor.notifier.Workers;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Makes the dispatcher a bean. The imports file names this class, and so the service finds it. */
@AutoConfiguration
@EnableConfigurationProperties(DispatcherProperties.class)
class DispatcherConfiguration {

    @Bean
    Dispatcher dispatcher(Workers workers, DispatcherProperties properties) {
        return new Dispatcher(workers, properties);
    }
}
