package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Clients of the management port that ask for much of a service with 256 MB, and read nothing. */
class HostileReadersIntegrationTests {

    private static final int WORKERS = 300;
    private static final int PAGES = 40;
    private static final int STREAMS = 8;

    /** Items of a list that are shown, and characters of each: JSON needs six bytes for one. */
    private static final int ITEMS = 100;

    private static final String NAME = "\u202e".repeat(200);

    private static final double MAX_DIRECT = 48_000_000;

    /** What may differ between two measurements of the heap; a copy of the table has more. */
    private static final double HEAP_NOISE = 16_000_000;

    private final List<TestWorker> workers = new ArrayList<>();
    private final List<HostileSocket> peers = new ArrayList<>();
    private ServiceProcess service;
    private Bystanders bystanders;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        Bystanders.notifier().writeTo(directory.resolve("notifiers/pushing.jar"));
        service =
                ServiceProcess.in(directory)
                        .small()
                        .start(
                                "--frontdoor.heartbeat.interval=0s",
                                "--frontdoor.management.limits.max-connections-per-address=64",
                                "--frontdoor.management.limits.write-timeout=10m");
        bystanders = new Bystanders(service);
        String[] namespaces = names("n");
        String[] activityTypes = names("a");
        for (int i = 0; i < WORKERS; i++) {
            WorkerRegistration large =
                    Registrations.of("large-" + i)
                            .namespaces(namespaces)
                            .activityTypes(activityTypes)
                            .build();
            TestWorker worker = service.worker().connect();
            workers.add(worker);
            worker.authenticate("");
            assertThat(worker.register(large)).isEqualTo(WorkerRegisterAck.ACCEPTED);
        }
    }

    @AfterEach
    void stop() throws IOException {
        for (HostileSocket peer : peers) {
            peer.close();
        }
        workers.forEach(TestWorker::close);
        bystanders.close();
        service.close();
    }

    @Test
    void pagesThatNobodyReadsLeaveRoomForOthers() throws Exception {
        for (int i = 0; i < PAGES; i++) {
            ask("/actuator/registrations?limit=1000");
        }
        expectRoom();
        assertThat(service.sum("frontdoor_http_connections_closed_total{reason=\"not_read\""))
                .isGreaterThan(PAGES / 2);
    }

    @Test
    void streamsThatNobodyReadsLeaveRoomForOthers() throws Exception {
        double before = heap();
        for (int i = 0; i < STREAMS; i++) {
            ask("/actuator/events?snapshot=true");
        }
        expectRoom();
        // The system takes some MB of each stream, which make garbage.
        await().atMost(ServiceProcess.MAX_WAIT)
                .untilAsserted(() -> assertThat(heap()).isLessThan(before + HEAP_NOISE));
        assertThat(service.value("frontdoor_events_streams")).isEqualTo(STREAMS);
    }

    private void ask(String path) throws IOException {
        HostileSocket peer = HostileSocket.connect(service.managementPort());
        peers.add(peer);
        assertThat(peer.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")).isPositive();
        await().atMost(ServiceProcess.MAX_WAIT).until(() -> peer.read() > 0);
    }

    private void expectRoom() throws Exception {
        for (int i = 0; i < 3; i++) {
            bystanders.expectServed();
        }
        assertThat(service.value("frontdoor_direct_memory_used_bytes")).isLessThan(MAX_DIRECT);
        assertThat(service.log()).doesNotContain("OutOf", "short of memory");
    }

    private double heap() throws IOException, InterruptedException {
        service.collectGarbage();
        return service.sum("jvm_memory_used_bytes{area=\"heap\"");
    }

    private static String[] names(String start) {
        return IntStream.range(0, ITEMS).mapToObj(i -> start + i + NAME).toArray(String[]::new);
    }
}
