package dev.frontdoor.directory;

import dev.frontdoor.notifier.FleetInstance;

import io.micrometer.core.instrument.Clock;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What holds for the workers of all instances together, where that is wanted. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("frontdoor.directory.enabled")
class FleetRulesConfiguration {

    @Bean
    @ConditionalOnBooleanProperty("frontdoor.fleet.identities")
    FleetIdentities fleetIdentities(
            @Value("${frontdoor.instance-name}") String instance,
            Redis redis,
            RemoteActions remote,
            DirtyPids dirty,
            RedisClock redisClock,
            DirectoryProperties properties,
            FleetMetrics metrics,
            Clock clock) {
        return new FleetIdentities(
                instance,
                redis,
                new ClaimRequests(instance, redis, remote, properties, clock),
                dirty,
                redisClock,
                metrics,
                FleetConfiguration.COMPLETIONS,
                clock);
    }

    @Bean
    @ConditionalOnBooleanProperty("frontdoor.fleet.bans")
    FleetBans fleetBans(
            @Value("${frontdoor.instance-name}") String instance,
            Redis redis,
            RedisFleet reads,
            RemoteActions remote,
            Clock clock) {
        return new FleetBans(
                redis,
                () -> {
                    var _ =
                            reads.instances()
                                    .thenAccept(found ->
                                            found.stream()
                                                    .filter(FleetInstance::live)
                                                    .map(FleetInstance::name)
                                                    .filter(name -> !name.equals(instance))
                                                    .forEach(name -> {
                                                        var _ =
                                                                remote.perform(
                                                                        name,
                                                                        new FleetAction.ReadBans());
                                                    }));
                },
                FleetConfiguration.COMPLETIONS,
                clock);
    }
}
