package dev.frontdoor.directory;

import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.notifier.FleetListener;
import dev.frontdoor.notifier.FleetWorker;
import dev.frontdoor.notifier.Workers;

import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.resource.Delay;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("frontdoor.directory.enabled")
@EnableConfigurationProperties(DirectoryProperties.class)
class DirectoryConfiguration {

    static final String CLEANER = "directoryCleaner";

    /** Calls that wait for their answer; further ones fail. */
    private static final int MAX_CALLS = 10_000;

    /** Without a connection a call fails at once, and takes no memory. */
    @Bean
    LettuceClientOptionsBuilderCustomizer directoryClientOptions() {
        return options ->
                options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                        .requestQueueSize(MAX_CALLS);
    }

    @Bean
    ClientResourcesBuilderCustomizer directoryReconnects() {
        return resources ->
                resources.reconnectDelay(
                        Delay.exponential(
                                Duration.ofMillis(50),
                                Duration.ofSeconds(1),
                                2,
                                TimeUnit.MILLISECONDS));
    }

    @Bean
    RedisConnections directoryConnections(LettuceConnectionFactory factory) {
        return new RedisConnections(factory);
    }

    @Bean
    DirectoryMetrics directoryMetrics(MeterRegistry meters) {
        return new DirectoryMetrics(meters);
    }

    @Bean
    DirectoryTimeouts directoryTimeouts() {
        return new DirectoryTimeouts();
    }

    @Bean
    Redis directoryRedis(
            RedisConnections connections,
            DirectoryProperties properties,
            DirectoryTimeouts timeouts,
            DirectoryMetrics metrics,
            Clock clock) {
        return new Redis(
                connections,
                Redis.REDIS_TIME,
                properties.commandTimeout(),
                timeouts,
                metrics,
                clock);
    }

    @Bean
    HeldWorkers directoryWorkers(
            Workers workers, @Value("${frontdoor.instance-name}") String instance) {
        return new HeldWorkers(workers::find, workers::connection, instance);
    }

    @Bean
    DirtyPids directoryDirtyPids() {
        return new DirtyPids();
    }

    @Bean
    DirectoryNotifier directory(
            HeldWorkers held, DirtyPids dirty, DirectoryProperties properties, Clock clock) {
        return new DirectoryNotifier(
                held, dirty, properties.await(), properties.commandTimeout(), clock);
    }

    @Bean
    Listeners directoryListeners(
            ObjectProvider<FleetListener> listeners,
            DirectoryMetrics metrics,
            @Qualifier(CLEANER) ScheduledExecutorService cleaner) {
        return new Listeners(
                () -> listeners.orderedStream().toList(),
                new RepeatedLines((delay, action) -> {
                    var _ = cleaner.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
                }),
                metrics);
    }

    @Bean
    EntryWriter directoryWriter(
            Redis redis,
            HeldWorkers held,
            DirtyPids dirty,
            DirectoryProperties properties,
            Listeners listeners,
            ObjectProvider<FleetIdentities> identities,
            DirectoryMetrics metrics,
            Clock clock,
            @Qualifier(CLEANER) ScheduledExecutorService cleaner) {
        return new EntryWriter(
                redis,
                held,
                dirty,
                properties,
                pid ->
                        cleaner.execute(() -> {
                            FleetWorker worker = held.find(pid);
                            if (worker != null) {
                                listeners.returned(worker);
                            }
                        }),
                () -> identities.ifAvailable(FleetIdentities::dataLost),
                metrics,
                clock);
    }

    @Bean
    Membership directoryMembership(
            @Value("${frontdoor.instance-name}") String instance,
            Redis redis,
            EntryWriter writer,
            DirtyPids dirty,
            DirectoryProperties properties,
            ObjectProvider<BuildProperties> build,
            ApplicationAvailability availability,
            DirectoryMetrics metrics,
            Clock clock) {
        BuildProperties found = build.getIfAvailable();
        String version = found == null ? null : found.getVersion();
        Membership membership =
                new Membership(
                        instance,
                        redis,
                        writer,
                        dirty,
                        properties,
                        version == null ? "unknown" : version,
                        () -> isDraining(availability),
                        clock);
        metrics.observe(membership::entries, dirty::size, () -> membership.fault() == null ? 1 : 0);
        return membership;
    }

    /** An instance that is about to start refuses workers too, but has not been asked to. */
    private static boolean isDraining(ApplicationAvailability availability) {
        return availability.getLastChangeEvent(ReadinessState.class) != null
                && availability.getReadinessState() == ReadinessState.REFUSING_TRAFFIC;
    }

    @Bean
    DeadInstances directoryDeadInstances(
            Redis redis,
            Membership membership,
            Listeners listeners,
            ObjectProvider<FleetIdentities> identities,
            DirectoryProperties properties,
            Clock clock) {
        return new DeadInstances(
                redis,
                membership::epoch,
                listeners,
                worker -> identities.ifAvailable(all -> all.forget(worker)),
                properties,
                clock);
    }

    @Bean(destroyMethod = "")
    ChangeStream directoryChanges(RedisConnections connections, DirectoryProperties properties) {
        return new ChangeStream(
                connections,
                task -> Thread.ofVirtual().name("directory-changes").start(task),
                properties.streamBuffer());
    }

    @Bean
    RedisFleet directoryReads(Redis redis, DirectoryProperties properties, ChangeStream changes) {
        return new RedisFleet(
                redis, new FilterTerms(properties.indexedLabels()), changes, properties.lease());
    }

    @Bean
    DirectoryHealthIndicator directoryHealthIndicator(Membership membership) {
        return new DirectoryHealthIndicator(membership);
    }

    @Bean
    DirectoryThreads directoryThreads(
            Membership membership,
            DirtyPids dirty,
            DeadInstances deadInstances,
            ChangeStream changes,
            DirectoryProperties properties,
            @Qualifier(CLEANER) ScheduledExecutorService cleaner) {
        return new DirectoryThreads(
                membership, dirty, deadInstances, changes, properties.renewalInterval(), cleaner);
    }

    /** Not a candidate elsewhere, so that Boot still configures its own executors. */
    @Bean(name = CLEANER, defaultCandidate = false, destroyMethod = "shutdownNow")
    ScheduledExecutorService directoryCleaner() {
        return DirectoryThreads.cleaner();
    }
}
