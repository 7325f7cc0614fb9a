package dev.frontdoor.directory;

import static org.awaitility.Awaitility.await;

import dev.frontdoor.logging.RepeatedLines;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.LMPopArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Instances that send each other messages by a real Redis, in real time. */
final class FleetUnderTest implements AutoCloseable {

    static final Duration MAX_WAIT = Duration.ofSeconds(60);
    static final int MAX_PENDING = 256;

    private final RedisClient client;
    private final RedisCommands<byte[], byte[]> commands;
    private final Duration lease;
    private final DirectoryTimeouts timeouts = new DirectoryTimeouts();
    private final List<Node> nodes = new ArrayList<>();

    FleetUnderTest(int port, Duration lease) {
        this.lease = lease;
        client = RedisClient.create(RedisURI.create("127.0.0.1", port));
        client.setOptions(
                ClientOptions.builder()
                        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                        .build());
        commands = client.connect(ByteArrayCodec.INSTANCE).sync();
        commands.flushall();
    }

    /** Redis, for what a test does to it. */
    RedisCommands<byte[], byte[]> redis() {
        return commands;
    }

    /** The client, for what a test compares with. */
    RedisClient client() {
        return client;
    }

    /** The time limits of all instances. */
    DirectoryTimeouts timeouts() {
        return timeouts;
    }

    /** An instance that reads messages, with its directory. */
    Node node(String name, String key) {
        Node node = new Node(name, key);
        nodes.add(node);
        node.reader.start();
        await().atMost(MAX_WAIT).until(() -> commands.exists(Redis.bytes(node.keys.reader())) == 1);
        return node;
    }

    @Override
    public void close() {
        nodes.forEach(Node::die);
        timeouts.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    final class Node {

        final String name;
        final Epoch keys;
        final FleetKey key;
        final RecordingWorkers workers = new RecordingWorkers();
        final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        final InstanceFleet fleet;
        final InstanceFleet withSharedBans;
        final Membership membership;
        final RedisClock redisClock = new RedisClock(Clock.SYSTEM);
        final Inbox inbox;
        final FleetIdentities identities;
        final FleetBans bans;
        final RemoteActions remote;
        final DirectoryProperties properties;
        final DirtyPids dirty = new DirtyPids();
        private final Thread reader;

        private Node(String name, String secret) {
            this.name = name;
            keys = new Epoch(Epoch.SCHEMA, name, 1);
            key = new FleetKey(secret);
            DirectoryMetrics directoryMetrics = new DirectoryMetrics(new SimpleMeterRegistry());
            Redis redis =
                    new Redis(
                            new Shared(),
                            Redis.REDIS_TIME,
                            Duration.ofSeconds(30),
                            timeouts,
                            directoryMetrics,
                            Clock.SYSTEM);
            redis.connect();
            properties =
                    new DirectoryProperties(
                            true,
                            lease,
                            lease.dividedBy(4),
                            false,
                            Duration.ofSeconds(30),
                            List.of(),
                            1000,
                            100);
            FleetProperties limits =
                    new FleetProperties(
                            secret,
                            DataSize.ofKilobytes(1),
                            MAX_PENDING,
                            DataSize.ofMegabytes(1),
                            true,
                            true,
                            new FleetProperties.Rebalance(false, 1, 0, Duration.ofDays(1)));
            String reads = "1:" + key.fingerprint();
            Outbox outbox = new Outbox(redis, reads, lease.toMillis());
            FleetMetrics metrics = new FleetMetrics(meters);
            remote =
                    new RemoteActions(
                            name,
                            redis,
                            outbox,
                            key,
                            redisClock,
                            limits,
                            lease,
                            timeouts,
                            metrics,
                            Clock.SYSTEM);
            identities =
                    new FleetIdentities(
                            name,
                            redis,
                            new ClaimRequests(name, redis, remote, properties, Clock.SYSTEM),
                            dirty,
                            redisClock,
                            metrics,
                            Thread::startVirtualThread,
                            Clock.SYSTEM);
            bans = new FleetBans(redis, () -> {}, Thread::startVirtualThread, Clock.SYSTEM);
            LocalActions local =
                    new LocalActions(workers, identities, bans, Thread::startVirtualThread);
            ServedActions served = new ServedActions(name, local, outbox, key, redisClock, limits);
            FleetMessages messages =
                    new FleetMessages(
                            name,
                            key,
                            redisClock,
                            remote,
                            served,
                            new RepeatedLines((_, _) -> {}),
                            metrics);
            inbox =
                    new Inbox(
                            _ -> new Waiting(client.connect(ByteArrayCodec.INSTANCE)),
                            redis,
                            name,
                            reads,
                            properties,
                            redisClock,
                            Clock.SYSTEM,
                            messages::receive,
                            remote,
                            lapsed -> {
                                remote.sweep(lapsed);
                                identities.renewed(lapsed);
                            });
            reader = Thread.ofPlatform().daemon().unstarted(inbox);
            HeldWorkers held = new HeldWorkers(workers::find, workers::connection, name);
            membership =
                    new Membership(
                            name,
                            redis,
                            new EntryWriter(
                                    redis,
                                    held,
                                    dirty,
                                    properties,
                                    _ -> {},
                                    () -> {},
                                    directoryMetrics,
                                    Clock.SYSTEM),
                            dirty,
                            properties,
                            "1",
                            () -> false,
                            Clock.SYSTEM);
            RedisFleet directory =
                    new RedisFleet(
                            redis,
                            new FilterTerms(List.of()),
                            new ChangeStream(_ -> () -> {}, Runnable::run, 100),
                            lease);
            fleet = fleet(directory, local, null);
            withSharedBans = fleet(directory, local, bans);
        }

        private InstanceFleet fleet(
                RedisFleet directory, LocalActions local, @Nullable FleetBans shared) {
            return new InstanceFleet(
                    name, directory, workers, local, remote, shared, Thread::startVirtualThread);
        }

        /** It enters the directory. */
        void join() {
            long _ = membership.step();
        }

        /** It reads no further message, and does not say so. */
        void die() {
            reader.interrupt();
            await().atMost(MAX_WAIT).until(() -> !reader.isAlive());
        }

        double refused(String reason) {
            return meters.get("frontdoor.fleet.refused").tag("reason", reason).counter().count();
        }
    }

    private final class Shared implements Redis.Connections {

        @Override
        public RedisClusterAsyncCommands<byte[], byte[]> open() {
            return client.connect(ByteArrayCodec.INSTANCE).async();
        }

        @Override
        public void reset() {
            // The test's connection stays.
        }
    }

    private record Waiting(StatefulRedisConnection<byte[], byte[]> connection)
            implements Inbox.Connection {

        @Override
        public CompletionStage<List<byte[]>> take(String key, double seconds, int max) {
            return connection
                    .async()
                    .blmpop(seconds, LMPopArgs.Builder.left().count(max), Redis.bytes(key))
                    .thenApply(
                            taken -> taken == null ? List.of() : taken.getValueOrElse(List.of()));
        }

        @Override
        public void close() {
            connection.close();
        }
    }
}
