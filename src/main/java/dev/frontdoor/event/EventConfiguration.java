package dev.frontdoor.event;

import io.micrometer.core.instrument.Clock;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EventProperties.class)
class EventConfiguration {

    @Bean
    EventLog eventLog(EventProperties properties, Clock clock) {
        return new EventLog(
                properties.bufferSize(), properties.maxBufferedBytes().toBytes(), clock);
    }
}
