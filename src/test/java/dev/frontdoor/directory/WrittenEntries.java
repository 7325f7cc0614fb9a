package dev.frontdoor.directory;

import dev.frontdoor.notifier.FleetWorker;
import dev.frontdoor.protocol.WorkerRegistration;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Writes entries as instances do, for many more workers than a test can connect. */
public final class WrittenEntries {

    /** The namespaces of the workers, of which each has one. */
    public static final int NAMESPACES = 50;

    private static final Duration LEASE = Duration.ofHours(1);
    private static final List<String> TYPES =
            IntStream.range(0, 40).mapToObj(i -> "activity.of.billing." + i).toList();

    private WrittenEntries() {}

    /**
     * Enters instances, each with so many workers: a namespace and five activity types each.
     *
     * @param port of Redis
     */
    public static void write(int port, int instances, int workers) {
        RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", port));
        try {
            RedisCommands<String, String> redis = client.connect().sync();
            for (int i = 1; i <= instances; i++) {
                write(
                        redis,
                        new Epoch(Epoch.SCHEMA, "written-%s/by-a-script".formatted(i), 1),
                        workers);
            }
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    private static void write(RedisCommands<String, String> redis, Epoch epoch, int workers) {
        Reply renewed =
                run(
                        redis,
                        Script.RENEW,
                        List.of(epoch.facts(), epoch.latest(), epoch.plus(-1).facts()),
                        List.of(LEASE.toMillis(), "written", 0, 0, epoch.number()));
        long now = renewed.number(1);
        redis.zadd(Epoch.ALL, (double) now, epoch.member());
        long sequence = 0;
        for (int first = 1; first <= workers; first += Batch.MAX_SIZE) {
            List<Object> arguments =
                    new ArrayList<>(
                            List.of(
                                    ++sequence,
                                    Epoch.channel(epoch.schema()),
                                    epoch.schema(),
                                    epoch.instance(),
                                    epoch.number()));
            for (int pid = first; pid < first + Batch.MAX_SIZE && pid <= workers; pid++) {
                arguments.add(pid);
                arguments.add(
                        new String(
                                Entry.write(worker(epoch, pid, now - workers + pid), List.of()),
                                StandardCharsets.UTF_8));
            }
            Reply written =
                    run(redis, Script.WRITE, List.of(epoch.facts(), epoch.lost()), arguments);
            if (!written.state().equals("OK")) {
                throw new AssertionError("the entries were refused: " + written.state());
            }
        }
    }

    private static Reply run(
            RedisCommands<String, String> redis,
            Script script,
            List<String> keys,
            List<?> arguments) {
        List<Object> answer =
                redis.eval(
                        Redis.REDIS_TIME + script.source(),
                        ScriptOutputType.MULTI,
                        keys.toArray(String[]::new),
                        arguments.stream().map(Object::toString).toArray(String[]::new));
        return new Reply(
                answer.stream()
                        .map(value -> value instanceof String text ? Redis.bytes(text) : value)
                        .toList());
    }

    private static FleetWorker worker(Epoch epoch, int pid, long registered) {
        int type = pid % (TYPES.size() - 5);
        return new FleetWorker(
                epoch.instance(),
                pid,
                new WorkerRegistration(
                        List.of("namespace-" + pid % NAMESPACES),
                        "queue-" + pid % 20,
                        "node-" + pid % 300,
                        TYPES.subList(type, type + 5),
                        "%s-worker-%s".formatted(epoch.instance().substring(0, 9), pid),
                        List.of()),
                List.of("directory"),
                "10.1.2.3:%s".formatted(1024 + pid % 60_000),
                "websocket",
                null,
                "acme-worker/2.1",
                Map.of("zone", "eu-central-1" + (char) ('a' + pid % 3)),
                Instant.ofEpochMilli(registered - 70),
                Instant.ofEpochMilli(registered));
    }
}
