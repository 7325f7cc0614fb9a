package dev.frontdoor.bench.notifier;

import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A requester over publish/subscribe, and the replier of the other instance, as small as can be.
 */
final class PlainRequests implements AutoCloseable {

    private static final byte[] REQUESTS = "bench:requests".getBytes(StandardCharsets.UTF_8);
    private static final byte[] REPLIES = "bench:replies".getBytes(StandardCharsets.UTF_8);

    private final StatefulRedisPubSubConnection<byte[], byte[]> publisher;
    private final StatefulRedisPubSubConnection<byte[], byte[]> subscriber;
    private final AtomicLong lastId = new AtomicLong();
    private final Map<Long, CompletableFuture<byte[]>> pending = new ConcurrentHashMap<>();

    /** A requester. */
    PlainRequests(RedisClient redis) {
        publisher = redis.connectPubSub(ByteArrayCodec.INSTANCE);
        subscriber = subscribe(redis, REPLIES, this::complete);
    }

    /** Replies to all requests with their own bytes, until the connections end. */
    static void reply(RedisClient redis) {
        StatefulRedisPubSubConnection<byte[], byte[]> replier =
                redis.connectPubSub(ByteArrayCodec.INSTANCE);
        var _ =
                subscribe(
                        redis,
                        REQUESTS,
                        request -> {
                            var _ = replier.async().publish(REPLIES, request);
                        });
    }

    CompletableFuture<byte[]> send(int size) {
        CompletableFuture<byte[]> reply = new CompletableFuture<>();
        long id = lastId.incrementAndGet();
        pending.put(id, reply);
        byte[] request = ByteBuffer.allocate(Long.BYTES + size).putLong(id).array();
        var _ = publisher.async().publish(REQUESTS, request);
        return reply;
    }

    private void complete(byte[] reply) {
        CompletableFuture<byte[]> of = pending.remove(ByteBuffer.wrap(reply).getLong());
        if (of != null) {
            of.complete(new byte[reply.length - Long.BYTES]);
        }
    }

    private static StatefulRedisPubSubConnection<byte[], byte[]> subscribe(
            RedisClient redis, byte[] channel, Consumer<byte[]> messages) {
        StatefulRedisPubSubConnection<byte[], byte[]> connection =
                redis.connectPubSub(ByteArrayCodec.INSTANCE);
        connection.addListener(
                new RedisPubSubAdapter<byte[], byte[]>() {
                    @Override
                    public void message(byte[] from, byte[] message) {
                        messages.accept(message);
                    }
                });
        connection.sync().subscribe(channel);
        return connection;
    }

    @Override
    public void close() {
        publisher.close();
        subscriber.close();
    }
}
