package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.directory.WrittenEntries;
import dev.frontdoor.process.FleetProcesses.Member;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.RedisServer;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What the directory costs with 9,000 workers of three processes, and with 200,000 entries more.
 * Prints times beside a PING of the same Redis, and asserts what does not depend on the machine.
 */
@EnabledIfSystemProperty(named = "long", matches = ".*", disabledReason = "takes 3 minutes")
class FleetCostIntegrationTests {

    private static final int WORKERS = 3_000;
    private static final int WRITERS = 4;
    private static final int WRITTEN = 50_000;
    private static final int SAMPLES = 200;

    @TempDir Path directory;

    private RedisServer redis;
    private RedisClient client;
    private RedisCommands<String, String> commands;
    private FleetProcesses fleet;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServer.start();
        client = RedisClient.create(RedisURI.create("127.0.0.1", redis.port()));
        commands = client.connect().sync();
        fleet = new FleetProcesses(directory);
        for (int i = 0; i < 3; i++) {
            fleet.start("--spring.data.redis.port=" + redis.port());
        }
    }

    @AfterEach
    void stop() {
        if (fleet != null) {
            fleet.close();
        }
        if (client != null) {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void workersAndEntriesCostLittle() throws Exception {
        try (ExecutorService registering = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> done = new ArrayList<>();
            for (Member member : fleet.members) {
                for (int part = 0; part < 10; part++) {
                    String prefix = "worker-" + part;
                    done.add(
                            registering.submit(() -> {
                                member.register(prefix, WORKERS / 10);
                                return null;
                            }));
                }
            }
            for (Future<?> each : done) {
                each.get();
            }
        }
        fleet.expectUnion();
        measure(3 * WORKERS, "namespace=" + TestWorker.registration("x").namespaces().getFirst());

        long before = usedMemory();
        WrittenEntries.write(redis.port(), WRITERS, WRITTEN);
        long each = (usedMemory() - before) / (WRITERS * WRITTEN);
        System.out.printf("memory of Redis: %,d bytes a worker%n", each);
        assertThat(each).isBetween(300L, 1536L);

        measure(3 * WORKERS + WRITERS * WRITTEN, "namespace=namespace-7");
    }

    private void measure(int workers, String filter) throws Exception {
        Member asked = fleet.members.getFirst();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() ->
                        assertThat(asked.json("/actuator/fleet?limit=1").path("matching").asInt())
                                .isEqualTo(workers));
        double seconds = renewals(asked, "sum");
        double count = renewals(asked, "count");
        System.out.printf("%,d workers, milliseconds: p50, p99%n", workers);
        print("PING", commands::ping);
        print("a page of 100, filtered", () -> asked.json("/actuator/fleet?limit=100&" + filter));
        print(
                "a page of 100, two filters",
                () -> asked.json("/actuator/fleet?limit=100&" + filter + "&taskQueue=queue-7"));
        print("counts by namespace", () -> asked.json("/actuator/fleet?groupBy=namespace"));
        print(
                "counts by task queue, filtered",
                () -> asked.json("/actuator/fleet?groupBy=taskQueue&" + filter));
        print("a change, to the stream of another instance", lags(fleet.members.getLast()));
        System.out.printf(
                "%-45s %8.2f on average%n",
                "a renewal of the lease",
                (renewals(asked, "sum") - seconds) / (renewals(asked, "count") - count) * 1000);
        print("PING", commands::ping);
    }

    private static double renewals(Member member, String what) throws Exception {
        return member.service.value(
                "frontdoor_directory_scripts_seconds_%s{script=\"renew\"}".formatted(what));
    }

    /** Times from the acknowledgment of one process to the event of another. */
    private double[] lags(Member reading) throws Exception {
        ConcurrentMap<String, Long> seen = new ConcurrentHashMap<>();
        try (Socket stream =
                new Socket(InetAddress.getLoopbackAddress(), reading.service.managementPort())) {
            stream.getOutputStream()
                    .write(
                            "GET /actuator/events?scope=fleet HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            Thread _ = Thread.ofVirtual().start(() -> read(stream, seen));
            double[] lags = new double[SAMPLES];
            try (TestWorker worker = fleet.members.getFirst().service.worker().connect()) {
                // The subscription begins with the next look at the other instances.
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> {
                            worker.register(TestWorker.registration("first"));
                            worker.register(TestWorker.registration("second"));
                            return seen.containsKey("second");
                        });
                for (int i = 0; i < lags.length; i++) {
                    String identity = "measured-" + i;
                    worker.register(TestWorker.registration(identity));
                    long acknowledged = System.nanoTime();
                    await().atMost(Duration.ofMinutes(1))
                            .pollInterval(Duration.ofMillis(1))
                            .until(() -> seen.containsKey(identity));
                    lags[i] =
                            Math.max(0, seen.getOrDefault(identity, acknowledged) - acknowledged)
                                    / 1e6;
                }
            }
            return lags;
        }
    }

    private static void read(Socket stream, ConcurrentMap<String, Long> seen) {
        String before = "\"identity\":\"";
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(stream.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int identity = line.indexOf(before) + before.length();
                if (identity >= before.length()) {
                    seen.put(
                            line.substring(identity, line.indexOf('"', identity)),
                            System.nanoTime());
                }
            }
        } catch (IOException _) {
            // The test has read enough.
        }
    }

    private static void print(String what, Callable<?> call) throws Exception {
        double[] times = new double[SAMPLES];
        for (int i = -SAMPLES / 2; i < SAMPLES; i++) {
            long began = System.nanoTime();
            assertThat(call.call()).isNotNull();
            if (i >= 0) {
                times[i] = (System.nanoTime() - began) / 1e6;
            }
        }
        print(what, times);
    }

    private static void print(String what, double[] times) {
        Arrays.sort(times);
        System.out.printf(
                "%-45s %8.2f %8.2f%n",
                what, times[times.length / 2], times[times.length * 99 / 100]);
    }

    private long usedMemory() {
        return commands.info("memory")
                .lines()
                .filter(line -> line.startsWith("used_memory:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).trim()))
                .findFirst()
                .orElseThrow();
    }
}
