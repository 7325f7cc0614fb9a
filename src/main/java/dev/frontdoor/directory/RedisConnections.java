package dev.frontdoor.directory;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import java.util.function.Consumer;

/** The connections of Spring Boot's factory: one that all calls share, and one for messages. */
final class RedisConnections implements Redis.Connections, ChangeStream.Source {

    private final LettuceConnectionFactory factory;

    RedisConnections(LettuceConnectionFactory factory) {
        this.factory = factory;
    }

    @Override
    public RedisClusterAsyncCommands<byte[], byte[]> open() {
        // The factory owns the connection, so closing this view of it changes nothing.
        return ((LettuceConnection) factory.getConnection()).getNativeConnection();
    }

    @Override
    public void reset() {
        factory.resetConnection();
    }

    @Override
    public AutoCloseable subscribe(Consumer<byte[]> messages) {
        RedisConnection connection = factory.getConnection();
        try {
            connection.subscribe(
                    (message, _) -> messages.accept(message.getBody()),
                    channel(Epoch.SCHEMA),
                    channel(Epoch.SCHEMA - 1));
            return connection;
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static byte[] channel(int schema) {
        return Epoch.channel(schema).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}
