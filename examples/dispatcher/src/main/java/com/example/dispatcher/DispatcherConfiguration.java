package com.example.dispatcher;

import dev.frontdoor.notifier.Fleet;
import dev.frontdoor.notifier.Workers;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

/** Makes the dispatcher a bean. The imports file names this class, and so the service finds it. */
@AutoConfiguration
@EnableConfigurationProperties(DispatcherProperties.class)
class DispatcherConfiguration {

    @Bean
    AcceptedTasks dispatcherTasks(
            ObjectProvider<TaskStore> store, DispatcherProperties properties) {
        return new AcceptedTasks(store.getIfAvailable(() -> TaskStore.NONE), properties.maxTasks());
    }

    @Bean
    Dispatcher dispatcher(
            @Value("${frontdoor.instance-name}") String instance,
            Workers workers,
            ObjectProvider<Pusher> fleetPusher,
            AcceptedTasks tasks,
            DispatcherProperties properties) {
        Pusher pusher =
                fleetPusher.getIfAvailable(() ->
                        (worker, payload, limit) -> workers.push(worker.pid(), payload, limit));
        return new Dispatcher(instance, workers, pusher, tasks, properties);
    }

    /** With a directory, tasks are kept in its Redis, and go to workers of all instances. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty("frontdoor.directory.enabled")
    static class OnAFleet {

        @Bean
        RedisTasks dispatcherStore(
                @Value("${frontdoor.instance-name}") String instance,
                ReactiveStringRedisTemplate redis) {
            return new RedisTasks(instance, redis);
        }

        @Bean
        Pusher dispatcherPusher(Fleet fleet) {
            return (worker, payload, limit) ->
                    fleet.push(worker.instance(), worker.pid(), payload, limit);
        }

        @Bean
        Heartbeat dispatcherHeartbeat(
                @Value("${frontdoor.instance-name}") String instance,
                RedisTasks redis,
                AcceptedTasks tasks,
                Dispatcher dispatcher,
                Fleet fleet,
                DispatcherProperties properties) {
            return new Heartbeat(instance, redis, tasks, dispatcher, fleet, properties.heartbeat());
        }
    }
}
