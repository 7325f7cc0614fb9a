package dev.frontdoor.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.directory.FleetUnderTest.Node;
import dev.frontdoor.test.server.RedisServer;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.pubsub.api.async.RedisPubSubAsyncCommands;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * How many pushes a second go to another instance and back, beside a plain request and reply over
 * publish/subscribe, in one run. Neither includes a worker's connection.
 */
@EnabledIfSystemProperty(
        named = "long",
        matches = ".*",
        disabledReason = "measures for half a minute")
class FleetRateTests {

    private static final Logger log = LoggerFactory.getLogger(FleetRateTests.class);

    private static final int ROUNDS = 5;
    private static final Duration ROUND = Duration.ofSeconds(3);
    private static final int IN_FLIGHT = 200;
    private static final int PAYLOAD = 200;

    @Test
    void aPushReachesHalfTheRateOfAPlainRequest() throws Exception {
        try (RedisServer server = RedisServer.start();
                FleetUnderTest test = new FleetUnderTest(server.port(), Duration.ofSeconds(30));
                Plain plain = new Plain(test)) {
            Node one = test.node("host-1/a", "a key of the fleet for measurements");
            Node two = test.node("host-2/b", "a key of the fleet for measurements");
            two.workers.echo = true;
            byte[] payload = new byte[PAYLOAD];
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round <= ROUNDS; round++) {
                double requests = rate(plain::request);
                double pushes =
                        rate(() -> one.fleet.push(two.name, 1, payload, Duration.ofMinutes(1)));
                log.info(
                        "round {}: {} pushes/s, {} plain requests/s",
                        round,
                        Math.round(pushes),
                        Math.round(requests));
                // The first one warms up.
                if (round > 0) {
                    ratios.add(pushes / requests);
                }
            }
            Collections.sort(ratios);
            log.info("pushes for each plain request, by round: {}", ratios);
            assertThat(ratios.get(ROUNDS / 2)).isGreaterThanOrEqualTo(0.5);
        }
    }

    private static double rate(Supplier<CompletableFuture<byte[]>> request) throws Exception {
        Semaphore room = new Semaphore(IN_FLIGHT);
        AtomicLong done = new AtomicLong();
        long start = System.nanoTime();
        while (System.nanoTime() - start < ROUND.toNanos()) {
            room.acquire();
            var _ =
                    request.get()
                            .whenComplete((reply, failure) -> {
                                if (failure == null && reply.length == PAYLOAD) {
                                    done.incrementAndGet();
                                }
                                room.release();
                            });
        }
        room.acquire(IN_FLIGHT);
        return done.get() / ((System.nanoTime() - start) / 1e9);
    }

    /** A requester and a replier over publish/subscribe, as small as can be. */
    private static final class Plain implements AutoCloseable {

        private static final byte[] REQUESTS = "requests".getBytes(StandardCharsets.UTF_8);
        private static final byte[] REPLIES = "replies".getBytes(StandardCharsets.UTF_8);

        private final Map<Long, CompletableFuture<byte[]>> pending = new ConcurrentHashMap<>();
        private final AtomicLong lastId = new AtomicLong();
        private final RedisPubSubAsyncCommands<byte[], byte[]> publisher;
        private final List<StatefulRedisPubSubConnection<byte[], byte[]>> connections =
                new ArrayList<>();

        Plain(FleetUnderTest test) {
            publisher = connect(test).async();
            RedisPubSubAsyncCommands<byte[], byte[]> replier = connect(test).async();
            subscribe(
                    test,
                    REQUESTS,
                    request -> {
                        var _ = replier.publish(REPLIES, request);
                    });
            subscribe(
                    test,
                    REPLIES,
                    reply -> {
                        CompletableFuture<byte[]> of =
                                pending.remove(ByteBuffer.wrap(reply).getLong());
                        if (of != null) {
                            of.complete(new byte[reply.length - Long.BYTES]);
                        }
                    });
        }

        CompletableFuture<byte[]> request() {
            CompletableFuture<byte[]> reply = new CompletableFuture<>();
            long id = lastId.incrementAndGet();
            pending.put(id, reply);
            var _ =
                    publisher.publish(
                            REQUESTS,
                            ByteBuffer.allocate(Long.BYTES + PAYLOAD).putLong(id).array());
            return reply;
        }

        private void subscribe(FleetUnderTest test, byte[] channel, Consumer<byte[]> messages) {
            StatefulRedisPubSubConnection<byte[], byte[]> connection = connect(test);
            connection.addListener(
                    new RedisPubSubAdapter<byte[], byte[]>() {
                        @Override
                        public void message(byte[] from, byte[] message) {
                            messages.accept(message);
                        }
                    });
            connection.sync().subscribe(channel);
        }

        private StatefulRedisPubSubConnection<byte[], byte[]> connect(FleetUnderTest test) {
            StatefulRedisPubSubConnection<byte[], byte[]> connection =
                    test.client().connectPubSub(ByteArrayCodec.INSTANCE);
            connections.add(connection);
            return connection;
        }

        @Override
        public void close() {
            connections.forEach(StatefulRedisPubSubConnection::close);
        }
    }
}
