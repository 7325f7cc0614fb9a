package dev.frontdoor.directory;

import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.notifier.Workers;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("frontdoor.directory.enabled")
@EnableConfigurationProperties(FleetProperties.class)
class FleetConfiguration {

    /** Callers may block these threads; each runs one completion. */
    static final Executor COMPLETIONS =
            task -> Thread.ofVirtual().name("fleet-completion").start(task);

    @Bean
    FleetKey fleetKey(FleetProperties properties) {
        return new FleetKey(properties.key());
    }

    @Bean
    RedisClock fleetClock(Clock clock) {
        return new RedisClock(clock);
    }

    @Bean
    FleetMetrics fleetMetrics(MeterRegistry meters) {
        return new FleetMetrics(meters);
    }

    @Bean
    Outbox fleetOutbox(Redis redis, FleetKey key, DirectoryProperties properties) {
        return new Outbox(redis, reader(key), properties.lease().toMillis());
    }

    @Bean
    LocalActions fleetLocalActions(
            Workers workers,
            ObjectProvider<FleetIdentities> identities,
            ObjectProvider<FleetBans> bans) {
        return new LocalActions(
                workers, identities.getIfAvailable(), bans.getIfAvailable(), COMPLETIONS);
    }

    @Bean(destroyMethod = "")
    RemoteActions fleetRemoteActions(
            @Value("${frontdoor.instance-name}") String instance,
            Redis redis,
            Outbox outbox,
            FleetKey key,
            RedisClock redisClock,
            FleetProperties properties,
            DirectoryProperties directory,
            DirectoryTimeouts timeouts,
            FleetMetrics metrics,
            Clock clock) {
        return new RemoteActions(
                instance,
                redis,
                outbox,
                key,
                redisClock,
                properties,
                directory.lease(),
                timeouts,
                metrics,
                clock);
    }

    @Bean
    ServedActions fleetServedActions(
            @Value("${frontdoor.instance-name}") String instance,
            LocalActions local,
            Outbox outbox,
            FleetKey key,
            RedisClock redisClock,
            FleetProperties properties) {
        return new ServedActions(instance, local, outbox, key, redisClock, properties);
    }

    @Bean
    FleetMessages fleetMessages(
            @Value("${frontdoor.instance-name}") String instance,
            FleetKey key,
            RedisClock redisClock,
            RemoteActions remote,
            ServedActions served,
            FleetMetrics metrics,
            @Qualifier(DirectoryConfiguration.CLEANER) ScheduledExecutorService cleaner) {
        RepeatedLines lines =
                new RepeatedLines((delay, action) -> {
                    var _ = cleaner.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
                });
        return new FleetMessages(instance, key, redisClock, remote, served, lines, metrics);
    }

    @Bean(destroyMethod = "")
    Inbox fleetInbox(
            @Value("${frontdoor.instance-name}") String instance,
            RedisConnections connections,
            Redis redis,
            FleetKey key,
            DirectoryProperties properties,
            RedisClock redisClock,
            Clock clock,
            FleetMessages messages,
            RemoteActions remote,
            ObjectProvider<FleetIdentities> identities,
            ObjectProvider<FleetBans> bans) {
        return new Inbox(
                connections,
                redis,
                instance,
                reader(key),
                properties,
                redisClock,
                clock,
                messages::receive,
                remote,
                lapsed -> {
                    remote.sweep(lapsed);
                    identities.ifAvailable(all -> all.renewed(lapsed));
                    bans.ifAvailable(all -> {
                        var _ = all.synchronize();
                    });
                });
    }

    @Bean
    FleetThreads fleetThreads(
            Inbox inbox,
            ServedActions served,
            RemoteActions remote,
            ObjectProvider<FleetBans> bans,
            DirectoryProperties properties) {
        return new FleetThreads(
                inbox,
                served,
                remote,
                () -> bans.ifAvailable(all -> all.awaitFirst(properties.commandTimeout())));
    }

    @Bean
    @ConditionalOnBooleanProperty("frontdoor.fleet.rebalance.enabled")
    Rebalancer fleetRebalancer(
            @Value("${frontdoor.instance-name}") String instance,
            RedisFleet reads,
            Workers workers,
            FleetProperties properties,
            DirectoryProperties directory,
            FleetMetrics metrics,
            Clock clock,
            @Qualifier(DirectoryConfiguration.CLEANER) ScheduledExecutorService timer) {
        Rebalancer rebalancer =
                new Rebalancer(instance, workers, properties.rebalance(), metrics, clock);
        long interval = directory.renewalInterval().toNanos();
        var _ =
                timer.scheduleWithFixedDelay(
                        () -> {
                            var _ =
                                    reads.instances()
                                            .thenAcceptAsync(rebalancer::balance, COMPLETIONS);
                        },
                        interval,
                        interval,
                        TimeUnit.NANOSECONDS);
        return rebalancer;
    }

    @Bean
    @Primary
    InstanceFleet fleet(
            @Value("${frontdoor.instance-name}") String instance,
            RedisFleet reads,
            Workers workers,
            LocalActions local,
            RemoteActions remote,
            ObjectProvider<FleetBans> bans) {
        return new InstanceFleet(
                instance, reads, workers, local, remote, bans.getIfAvailable(), COMPLETIONS);
    }

    /** What an instance says that can read the messages of this one. */
    private static String reader(FleetKey key) {
        return "%s:%s".formatted(MessageWriter.VERSION, key.fingerprint());
    }
}
