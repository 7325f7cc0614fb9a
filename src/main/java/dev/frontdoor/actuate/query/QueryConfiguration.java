package dev.frontdoor.actuate.query;

import dev.frontdoor.registration.LiveTable;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(GroupGaugeProperties.class)
class QueryConfiguration {

    private static final String EXECUTOR = "groupGaugeExecutor";

    @Bean
    GroupGauges groupGauges(
            GroupGaugeProperties properties,
            LiveTable table,
            MeterRegistry meters,
            @Qualifier(EXECUTOR) ScheduledExecutorService executor) {
        GroupGauges gauges =
                new GroupGauges(table, properties.by(), properties.maxGroups(), meters);
        if (!properties.by().isEmpty()) {
            var _ =
                    executor.scheduleWithFixedDelay(
                            gauges::refresh, 0, GroupGauges.INTERVAL, TimeUnit.SECONDS);
        }
        return gauges;
    }

    /** Not a candidate elsewhere, so that Boot still configures its own executors. */
    @Bean(name = EXECUTOR, defaultCandidate = false, destroyMethod = "shutdownNow")
    ScheduledExecutorService groupGaugeExecutor() {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("group-gauges").factory());
    }
}
