package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.test.server.TestKeys;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import javax.net.ssl.SSLContext;

/**
 * Random sequences of bytes, requests, upgrades, frames, pauses and resets from many peers at once,
 * against a service with 256 MB. The system property {@code seed} selects the sequences.
 */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class HostileSearchIntegrationTests {

    private static final int PEERS = 50;
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration DURATION =
            Boolean.getBoolean("long") ? Duration.ofMinutes(5) : Duration.ofSeconds(15);

    private static final long SEED = Long.getLong("seed", new Random().nextLong());

    /** What may differ between two measurements of an idle service. */
    private static final long HEAP_NOISE = 4_000_000;

    private static final long DIRECT_NOISE = 16_000_000;
    private static final int THREAD_NOISE = 4;
    private static final int FILE_NOISE = 4;

    private static final TestKeys KEYS = TestKeys.generate();

    /** What peers and bystanders need for TLS; null without it. */
    private final @Nullable SSLContext tls;

    private ServiceProcess service;
    private Bystanders bystanders;

    HostileSearchIntegrationTests(boolean tls) throws Exception {
        this.tls = tls ? KEYS.clientContext() : null;
    }

    @BeforeEach
    void start(@TempDir Path directory, TestReporter reporter) throws Exception {
        reporter.publishEntry("seed", Long.toString(SEED));
        Bystanders.notifier().writeTo(directory.resolve("notifiers/pushing.jar"));
        service =
                ServiceProcess.in(directory)
                        .small()
                        .start(
                                "--server.ssl.enabled=" + (tls != null),
                                "--server.ssl.key-store=" + KEYS.store(),
                                "--server.ssl.key-store-password=" + TestKeys.PASSWORD,
                                "--management.server.ssl.enabled=false",
                                "--frontdoor.limits.request-head-timeout=5s",
                                "--frontdoor.limits.http-timeout=10s",
                                "--frontdoor.limits.message-timeout=5s",
                                "--frontdoor.limits.close-timeout=2s",
                                "--frontdoor.departures.size=10",
                                "--frontdoor.events.buffer-size=10");
        if (tls != null) {
            service.workerSockets(tls.getSocketFactory());
        }
        bystanders = new Bystanders(service);
    }

    @AfterEach
    void stop() {
        bystanders.close();
        service.close();
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void randomSequencesDisturbNobodyAndLeaveNothing() throws Exception {
        search(SEED + PEERS, WARM_UP);
        Usage before = rest();
        search(SEED, DURATION);
        // Threads of notifiers end some time after their last call.
        await().atMost(ServiceProcess.MAX_WAIT).untilAsserted(() -> expectNoMore(before, rest()));
        assertThat(service.log()).as("log, seed %d", SEED).doesNotContain(" ERROR ");

        bystanders.close();
        await().atMost(ServiceProcess.MAX_WAIT)
                .untilAsserted(() -> {
                    assertThat(service.value("frontdoor_tcp_connections")).isZero();
                    assertThat(service.sum("frontdoor_connections_closed_total"))
                            .isEqualTo(service.value("frontdoor_connections_opened_total"));
                });
    }

    private static void expectNoMore(Usage before, Usage after) {
        assertThat(after.heap).as("heap, seed %d", SEED).isLessThan(before.heap + HEAP_NOISE);
        assertThat(after.direct)
                .as("direct memory, seed %d", SEED)
                .isLessThan(before.direct + DIRECT_NOISE);
        assertThat(after.threads)
                .as("threads, seed %d", SEED)
                .isLessThanOrEqualTo(before.threads + THREAD_NOISE);
        assertThat(after.files)
                .as("open files, seed %d", SEED)
                .isLessThanOrEqualTo(before.files + FILE_NOISE);
    }

    /** Lets the peers act for some time, while the bystanders are served. */
    private void search(long seed, Duration duration) throws Exception {
        List<HostilePeer> peers = new ArrayList<>();
        for (int i = 0; i < PEERS; i++) {
            peers.add(new HostilePeer(service.workersPort(), tls, seed + i));
        }
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        try (ScheduledExecutorService attack = Executors.newSingleThreadScheduledExecutor()) {
            var task =
                    attack.scheduleWithFixedDelay(
                            () -> {
                                try {
                                    for (HostilePeer peer : peers) {
                                        peer.act();
                                    }
                                } catch (IOException e) {
                                    failure.compareAndSet(null, e);
                                }
                            },
                            0,
                            5,
                            TimeUnit.MILLISECONDS);
            long end = System.nanoTime() + duration.toNanos();
            while (System.nanoTime() < end) {
                assertThat(service.isAlive()).as("is alive, seed %d", SEED).isTrue();
                bystanders.expectServed();
            }
            task.cancel(false);
        }
        for (HostilePeer peer : peers) {
            peer.end();
        }
        assertThat(failure.get()).as("a failed connect, seed %d", SEED).isNull();
        bystanders.expectServed();
    }

    /** Waits until only the bystanders are connected, and measures. */
    private Usage rest() throws Exception {
        await().atMost(ServiceProcess.MAX_WAIT)
                .untilAsserted(() -> {
                    assertThat(service.value("frontdoor_tcp_connections"))
                            .as("TCP connections, seed %d", SEED)
                            .isEqualTo(Bystanders.COUNT);
                    assertThat(service.sum("frontdoor_budget_used_bytes{budget=\"messages\""))
                            .as("budget, seed %d", SEED)
                            .isZero();
                    assertThat(service.sum("frontdoor_connections_opened_total"))
                            .as("opened = closed + connected, seed %d", SEED)
                            .isEqualTo(
                                    service.sum("frontdoor_connections_closed_total")
                                            + Bystanders.COUNT);
                });
        service.collectGarbage();
        return new Usage(
                service.sum("jvm_memory_used_bytes{area=\"heap\""),
                service.value("frontdoor_direct_memory_used_bytes"),
                service.value("jvm_threads_live_threads"),
                service.openFiles());
    }

    private record Usage(double heap, double direct, double threads, int files) {}
}
