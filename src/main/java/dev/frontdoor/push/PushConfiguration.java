package dev.frontdoor.push;

import dev.frontdoor.invocation.Sampler;
import dev.frontdoor.invocation.thread.PlatformThreads;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.registration.Bans;
import dev.frontdoor.registration.Ledgers;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.RefusalLog;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PushProperties.class)
class PushConfiguration {

    /** The callers' code behind completed pushes runs on at most so many threads at once. */
    static final int MAX_COMPLETION_THREADS = 64;

    @Bean
    PushService pushService(
            LiveTable table,
            Ledgers ledgers,
            PushProperties properties,
            MeterRegistry meters,
            Sampler sampler,
            RefusalLog refusals,
            Timeouts timeouts) {
        return new PushService(
                table,
                ledgers,
                properties,
                new PushMetrics(meters, sampler),
                new PushLog(refusals),
                timeouts,
                new PlatformThreads("push-completion", MAX_COMPLETION_THREADS));
    }

    @Bean
    InstanceWorkers instanceWorkers(
            LiveTable table,
            Ledgers ledgers,
            PushService pushes,
            Bans bans,
            ObjectProvider<WorkerEvictions> evictions) {
        return new InstanceWorkers(table, ledgers, pushes, bans, evictions::getObject);
    }
}
