package dev.frontdoor.directory;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.LMPopArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The connections of Spring Boot's factory: one that all calls share, one for changes, and one that
 * waits for messages of other instances.
 */
final class RedisConnections implements Redis.Connections, ChangeStream.Source, Inbox.Source {

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

    @Override
    public Inbox.Connection connect(Duration timeout) {
        AbstractRedisClient client = factory.getRequiredNativeClient();
        if (client instanceof RedisClusterClient cluster) {
            StatefulRedisClusterConnection<byte[], byte[]> connection =
                    cluster.connect(ByteArrayCodec.INSTANCE);
            connection.setTimeout(timeout);
            return new Waiting(connection.async(), connection);
        }
        StatefulRedisConnection<byte[], byte[]> connection =
                ((RedisClient) client).connect(ByteArrayCodec.INSTANCE);
        connection.setTimeout(timeout);
        return new Waiting(connection.async(), connection);
    }

    private record Waiting(
            RedisClusterAsyncCommands<byte[], byte[]> commands,
            StatefulConnection<byte[], byte[]> connection)
            implements Inbox.Connection {

        @Override
        public CompletionStage<List<byte[]>> take(String key, double seconds, int max) {
            return commands.blmpop(seconds, LMPopArgs.Builder.left().count(max), Redis.bytes(key))
                    .thenApply(
                            taken -> taken == null ? List.of() : taken.getValueOrElse(List.of()));
        }

        @Override
        public void close() {
            connection.close();
        }
    }

    private static byte[] channel(int schema) {
        return Epoch.channel(schema).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}
