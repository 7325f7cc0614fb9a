package dev.frontdoor.bench.notifier;

import dev.frontdoor.notifier.Fleet;

import io.lettuce.core.RedisClient;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import java.io.IOException;

/** What two instances need that measure how fast one asks the other. */
@AutoConfiguration
public class BenchFleetConfiguration {

    @Bean
    @ConditionalOnProperty("bench.traffic-port")
    FleetTraffic fleetTraffic(
            Fleet fleet,
            @Value("${frontdoor.instance-name}") String instance,
            LettuceConnectionFactory redis,
            @Value("${bench.traffic-port}") int port)
            throws IOException {
        return new FleetTraffic(fleet, instance, client(redis), port);
    }

    @Bean
    @ConditionalOnBooleanProperty("bench.replier")
    ApplicationRunner replier(LettuceConnectionFactory redis) {
        return _ -> PlainRequests.reply(client(redis));
    }

    private static RedisClient client(LettuceConnectionFactory redis) {
        return (RedisClient) redis.getRequiredNativeClient();
    }
}
