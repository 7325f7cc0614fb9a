package dev.frontdoor.bench.notifier;

import dev.frontdoor.notifier.Workers;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;

/** Three notifiers, of which a run turns on what it needs. */
@AutoConfiguration
public class BenchNotifierConfiguration {

    @Bean
    Registry registry(Workers workers) {
        return new Registry(workers);
    }

    @Bean
    @ConditionalOnBooleanProperty("bench.second")
    Registry second(Workers workers) {
        return new Registry(workers);
    }

    @Bean
    @ConditionalOnBooleanProperty("bench.stalled")
    Stalled stalled() {
        return new Stalled();
    }
}
