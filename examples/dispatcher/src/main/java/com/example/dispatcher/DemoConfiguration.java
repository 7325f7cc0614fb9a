package com.example.dispatcher;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;

import java.time.Duration;

/** Submits some tasks when the service has started, if {@code dispatcher.demo} is true. */
@AutoConfiguration(after = DispatcherConfiguration.class)
@ConditionalOnBooleanProperty("dispatcher.demo")
class DemoConfiguration {

    private static final Logger log = LoggerFactory.getLogger(DemoConfiguration.class);

    private static final Duration TIME_LIMIT = Duration.ofMinutes(10);

    @Bean
    ApplicationRunner orders(Dispatcher dispatcher) {
        return _ -> {
            for (int i = 1; i <= 10; i++) {
                byte[] order = ("order " + i).getBytes(UTF_8);
                dispatcher
                        .submit("default", "charge", order, TIME_LIMIT)
                        .result()
                        .whenComplete((reply, failure) -> {
                            if (failure == null) {
                                log.info("a worker replied: {}", new String(reply, UTF_8));
                            } else {
                                log.warn("an order has failed", failure);
                            }
                        });
            }
        };
    }
}
