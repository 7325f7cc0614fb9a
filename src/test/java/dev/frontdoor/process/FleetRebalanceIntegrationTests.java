package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.process.FleetProcesses.Member;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.RedisServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** From one process to three, with workers that reconnect through a load balancer. */
@EnabledIfSystemProperty(named = "long", matches = ".*", disabledReason = "takes two minutes")
class FleetRebalanceIntegrationTests {

    private static final int WORKERS = 300;
    private static final Duration MIN_STAY = Duration.ofSeconds(30);
    private static final Duration MAX_WAIT = Duration.ofMinutes(5);

    @TempDir Path directory;

    /** A worker that connects again whenever it is moved. */
    private static final class MovingWorker implements Runnable {

        private final String identity;
        private final int port;
        private final List<Long> connected = new CopyOnWriteArrayList<>();
        private volatile boolean running = true;

        MovingWorker(String identity, int port) {
            this.identity = identity;
            this.port = port;
        }

        @Override
        public void run() {
            while (running) {
                long start = System.nanoTime();
                try (TestWorker worker =
                        TestWorker.to(URI.create("ws://localhost:%s/liminal".formatted(port)))
                                .timeout(MAX_WAIT)
                                .connect()) {
                    worker.register(TestWorker.registration(identity));
                    connected.add(start);
                    worker.expectClose(1012);
                } catch (IOException | UncheckedIOException | AssertionError e) {
                    // The end of the test.
                    running = false;
                }
            }
        }

        /** The shortest time between two of its moves. */
        Duration shortestStay() {
            long shortest = Long.MAX_VALUE;
            for (int i = 2; i < connected.size(); i++) {
                shortest = Math.min(shortest, connected.get(i) - connected.get(i - 1));
            }
            return Duration.ofNanos(shortest);
        }
    }

    @Test
    void afterAScaleOutTheProcessesHaveAboutAsManyWorkers() throws Exception {
        List<MovingWorker> workers = new CopyOnWriteArrayList<>();
        try (RedisServer redis = RedisServer.start();
                FleetProcesses fleet = new FleetProcesses(directory);
                TcpFront front = new TcpFront()) {
            Member one = start(fleet, redis);
            front.to(one.service.workersPort());
            for (int i = 0; i < WORKERS; i++) {
                MovingWorker worker = new MovingWorker("worker-" + i, front.port());
                workers.add(worker);
                Thread.ofVirtual().start(worker);
            }
            await().atMost(MAX_WAIT).until(() -> one.pids().size() == WORKERS);
            Member two = start(fleet, redis);
            Member three = start(fleet, redis);
            front.to(
                    one.service.workersPort(),
                    two.service.workersPort(),
                    three.service.workersPort());

            await().atMost(MAX_WAIT)
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(() -> {
                        List<Integer> counts =
                                List.of(one.pids().size(), two.pids().size(), three.pids().size());
                        int most = counts.stream().max(Integer::compare).orElseThrow();
                        int fewest = counts.stream().min(Integer::compare).orElseThrow();
                        assertThat(counts.stream().mapToInt(Integer::intValue).sum())
                                .isEqualTo(WORKERS);
                        assertThat(most - fewest).as("%s", counts).isLessThanOrEqualTo(most / 10);
                    });

            assertThat(workers)
                    .allSatisfy(worker -> assertThat(worker.shortestStay()).isGreaterThan(MIN_STAY))
                    .anySatisfy(worker -> assertThat(worker.connected).hasSizeGreaterThan(1));
            workers.forEach(worker -> worker.running = false);
        }
    }

    private static Member start(FleetProcesses fleet, RedisServer redis) throws Exception {
        return fleet.start(
                "--spring.data.redis.port=" + redis.port(),
                "--frontdoor.fleet.rebalance.enabled=true",
                "--frontdoor.fleet.rebalance.min-stay=" + MIN_STAY.toSeconds() + "s");
    }
}
