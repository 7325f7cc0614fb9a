package dev.frontdoor.directory;

import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.notifier.ConnectedWorker;
import dev.frontdoor.notifier.ConnectionFacts;
import dev.frontdoor.notifier.FleetListener;
import dev.frontdoor.notifier.FleetWorker;
import dev.frontdoor.notifier.Traffic;
import dev.frontdoor.notifier.TransportKind;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.server.ManualTime;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.event.command.CommandListener;
import io.lettuce.core.event.command.CommandStartedEvent;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Redis and instances whose time and steps the test drives by hand. Redis is real; its scripts read
 * the time from a key.
 */
final class DirectoryUnderTest implements AutoCloseable {

    static final Duration LEASE = Duration.ofSeconds(15);
    static final Duration RENEWAL = Duration.ofSeconds(5);

    private static final String NOW = "frontdoor:now";
    private static final String TEST_TIME =
            "local now = tonumber(redis.call('GET', '%s'))\n".formatted(NOW);

    private final DirectoryTimeouts timeouts = new DirectoryTimeouts();
    private final ManualTime time = new ManualTime();
    private final RedisClient client;
    private final RedisCommands<String, String> commands;
    private final StatefulRedisConnection<byte[], byte[]> shared;
    private final List<String> labels;
    private final AtomicInteger resets = new AtomicInteger();
    private final AtomicLong calls = new AtomicLong();

    DirectoryUnderTest(int port, String... labels) {
        this.labels = List.of(labels);
        client = RedisClient.create(RedisURI.create("127.0.0.1", port));
        client.setOptions(
                ClientOptions.builder()
                        .timeoutOptions(TimeoutOptions.enabled(Duration.ofSeconds(30)))
                        .build());
        client.addListener(
                new CommandListener() {
                    @Override
                    public void commandStarted(CommandStartedEvent event) {
                        calls.incrementAndGet();
                    }
                });
        commands = client.connect().sync();
        shared = client.connect(ByteArrayCodec.INSTANCE);
        flush();
    }

    ManualTime time() {
        return time;
    }

    /** Redis, for what a test does to it. */
    RedisCommands<String, String> redis() {
        return commands;
    }

    /** Runs a script as another instance would. */
    void run(Script script, List<String> keys, List<?> arguments) {
        List<Object> _ =
                commands.eval(
                        TEST_TIME + script.source(),
                        ScriptOutputType.MULTI,
                        keys.toArray(String[]::new),
                        arguments.stream().map(Object::toString).toArray(String[]::new));
    }

    /** Redis forgets everything. */
    void flush() {
        commands.flushall();
        setTime();
    }

    /** Lets time pass, here and in Redis. */
    void advance(Duration duration) {
        time.pause(duration);
        setTime();
    }

    /** Lets time pass in Redis only. */
    void advanceRedis(Duration duration) {
        commands.set(NOW, Long.toString(time.wallTime() + duration.toMillis()));
    }

    Instance instance(String name) {
        return instance(name, Duration.ZERO);
    }

    /** An instance whose clock is wrong by so much. */
    Instance instance(String name, Duration skew) {
        return new Instance(name, skew);
    }

    RedisFleet fleet() {
        return new RedisFleet(
                connect(),
                new FilterTerms(labels),
                new ChangeStream(_ -> () -> {}, Runnable::run, 100),
                LEASE);
    }

    @Override
    public void close() {
        timeouts.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    /** How often an instance has asked for another connection. */
    int resets() {
        return resets.get();
    }

    /** Commands that were sent to Redis, those of the test included. */
    long calls() {
        return calls.get();
    }

    /** Commands of a name that Redis has run. */
    long calls(String command) {
        String line =
                commands.info("commandstats")
                        .lines()
                        .filter(stat -> stat.startsWith("cmdstat_" + command + ":calls="))
                        .findFirst()
                        .orElse("=0,");
        return Long.parseLong(line.substring(line.indexOf('=') + 1, line.indexOf(',')));
    }

    private void setTime() {
        commands.set(NOW, Long.toString(time.wallTime()));
    }

    private Redis connect() {
        return connect(Duration.ofSeconds(30));
    }

    /** Redis, with this time for one answer. */
    Redis connect(Duration timeout) {
        Redis redis =
                new Redis(
                        new Redis.Connections() {
                            @Override
                            public RedisClusterAsyncCommands<byte[], byte[]> open() {
                                return shared.async();
                            }

                            @Override
                            public void reset() {
                                // The test's connection stays.
                                resets.incrementAndGet();
                            }
                        },
                        TEST_TIME,
                        timeout,
                        timeouts,
                        new DirectoryMetrics(new SimpleMeterRegistry()),
                        time);
        redis.connect();
        return redis;
    }

    /** One instance: its live table, its part in the directory, and what its listener was told. */
    final class Instance implements FleetListener {

        final String name;
        final Map<Long, ConnectedWorker> live = new ConcurrentHashMap<>();
        final List<String> told = new ArrayList<>();
        final List<FleetWorker> gone = new ArrayList<>();

        /** What else the listener does when a worker is lost. */
        Runnable onLost = () -> {};

        final Membership membership;
        final DeadInstances deadInstances;
        final DirtyPids dirty = new DirtyPids();
        final DirectoryNotifier notifier;
        private final HeldWorkers held;
        private final Clock clock;
        private long lastPid;

        Instance(String name, Duration skew) {
            this.name = name;
            clock =
                    new Clock() {
                        @Override
                        public long wallTime() {
                            return time.wallTime() + skew.toMillis();
                        }

                        @Override
                        public long monotonicTime() {
                            return time.monotonicTime();
                        }
                    };
            DirectoryMetrics metrics = new DirectoryMetrics(new SimpleMeterRegistry());
            DirectoryProperties properties =
                    new DirectoryProperties(
                            true,
                            LEASE,
                            RENEWAL,
                            false,
                            Duration.ofSeconds(30),
                            labels,
                            100_000,
                            100);
            held =
                    new HeldWorkers(
                            pid -> Optional.ofNullable(live.get(pid)),
                            pid -> Optional.ofNullable(live.get(pid)).map(this::facts),
                            name);
            Listeners listeners =
                    new Listeners(() -> List.of(this), new RepeatedLines((_, _) -> {}), metrics);
            Redis redis = connect();
            notifier = new DirectoryNotifier(held, dirty, false, Duration.ZERO, clock);
            EntryWriter writer =
                    new EntryWriter(
                            redis,
                            held,
                            dirty,
                            properties,
                            pid -> {
                                FleetWorker worker = held.find(pid);
                                if (worker != null) {
                                    listeners.returned(worker);
                                }
                            },
                            () -> {},
                            metrics,
                            clock);
            membership =
                    new Membership(name, redis, writer, dirty, properties, "1", () -> false, clock);
            deadInstances =
                    new DeadInstances(
                            redis, membership::epoch, listeners, gone::add, properties, clock);
        }

        /** A worker is admitted. */
        long register(String identity, String namespace, Map<String, String> itsLabels) {
            long pid = ++lastPid;
            Instant now = Instant.ofEpochMilli(clock.wallTime());
            live.put(
                    pid,
                    new ConnectedWorker(
                            pid,
                            new WorkerRegistration(
                                    List.of(namespace),
                                    "queue",
                                    "node-" + identity,
                                    List.of("charge", "refund"),
                                    identity,
                                    List.of()),
                            List.of("directory"),
                            "10.0.0.1:5000",
                            now,
                            now,
                            0,
                            "agent/1",
                            itsLabels));
            notifier.onWorkerAdmitted(pid);
            return pid;
        }

        long register(String identity) {
            return register(identity, "ns", Map.of());
        }

        /** A worker disconnects. */
        void unregister(long pid) {
            live.remove(pid);
            notifier.onWorkerUnregistered(pid);
        }

        /** Does what is due now: renewal and all writes. */
        void write() {
            for (int i = 0; i < 10_000; i++) {
                long pause = membership.step();
                if (dirty.size() == 0 || membership.fault() != null) {
                    return;
                }
                if (pause > 0) {
                    time.pause(Duration.ofNanos(pause));
                }
            }
            throw new AssertionError("the writes do not end");
        }

        /** What the directory should show of it, by pid. */
        Map<Long, FleetWorker> expected() {
            Map<Long, FleetWorker> expected = new TreeMap<>();
            live.keySet().forEach(pid -> expected.put(pid, held.find(pid)));
            return expected;
        }

        @Override
        public void onWorkerLost(String instance, long pid, WorkerRegistration registration) {
            told.add("lost %s %s".formatted(instance, pid));
            onLost.run();
        }

        @Override
        public void onWorkerMoved(
                String instance, long pid, WorkerRegistration registration, FleetWorker to) {
            told.add("moved %s %s to %s %s".formatted(instance, pid, to.instance(), to.pid()));
        }

        @Override
        public void onWorkerReturned(String instance, long pid, WorkerRegistration registration) {
            told.add("returned %s %s".formatted(instance, pid));
        }

        private ConnectionFacts facts(ConnectedWorker worker) {
            Traffic none = new Traffic(0, 0);
            return new ConnectionFacts(
                    name,
                    worker.pid(),
                    TransportKind.WEBSOCKET,
                    worker.remoteAddress(),
                    worker.connectedAt(),
                    null,
                    worker.userAgent(),
                    worker.labels(),
                    worker.connectedAt(),
                    null,
                    none,
                    none,
                    Map.of(),
                    null);
        }
    }
}
