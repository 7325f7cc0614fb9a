package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Peers that speak HTTP on the workers' port and never become a worker's: a service with 256 MB
 * ends them, and neither its memory nor its workers notice.
 */
@TestInstance(Lifecycle.PER_CLASS)
class HostileHttpIntegrationTests {

    private static final int PEERS = 20;
    private static final long MAX_SENT = 200_000_000;
    private static final long MAX_MEMORY = 256 * 1024 * 1024;

    /** What all peers of a test together may cost. */
    private static final Duration MAX_CPU = Duration.ofSeconds(15);

    private final List<HostileSocket> peers = new ArrayList<>();
    private ServiceProcess service;
    private Bystanders bystanders;
    private double connectionsBefore;
    private double closedBefore;
    private Duration cpuBefore;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        Bystanders.notifier().writeTo(directory.resolve("notifiers/pushing.jar"));
        service =
                ServiceProcess.in(directory)
                        .small()
                        .start(
                                "--frontdoor.limits.request-head-timeout=4s",
                                "--frontdoor.limits.http-timeout=15s",
                                "--frontdoor.limits.close-timeout=2s");
        bystanders = new Bystanders(service);
    }

    @BeforeEach
    void measure() throws Exception {
        connectionsBefore = service.value("frontdoor_tcp_connections");
        closedBefore = closed();
        cpuBefore = service.cpuTime();
    }

    @AfterEach
    void nobodyNoticed() throws Exception {
        bystanders.expectServed();
        for (HostileSocket peer : peers) {
            peer.close();
        }
        assertThat(closed() - closedBefore).as("counted closes").isLessThanOrEqualTo(peers.size());
        peers.clear();
        assertThat(service.cpuTime().minus(cpuBefore)).isLessThan(MAX_CPU);
        assertThat(service.peakMemory()).isLessThan(MAX_MEMORY);
        assertThat(service.log()).doesNotContain("\tat ");
    }

    @AfterAll
    void stop() {
        bystanders.close();
        service.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /liminal HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /elsewhere HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /elsewhere HTTP/1.1\n\n",
                "POST /elsewhere HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
            })
    void peerThatPipelinesRequestsAndReadsNoResponseIsEnded(String request) throws Exception {
        String many = request.repeat(64 * 1024 / request.length());
        connect();
        long[] sent = {0};
        await().atMost(ServiceProcess.MAX_WAIT)
                .untilAsserted(() -> {
                    for (HostileSocket peer : peers) {
                        sent[0] += sent[0] < MAX_SENT ? peer.send(many) : 0;
                    }
                    expectEnded();
                });
        assertThat(sent[0]).isLessThan(MAX_SENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET /liminal HTTP/1.1\r\nX: ",
                "POST /elsewhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n",
                "POST /liminal HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n",
                "POST /elsewhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n",
            })
    void peerThatSendsOneByteAtATimeIsEnded(String start) throws Exception {
        connect();
        peers.forEach(peer -> peer.send(start));
        await().atMost(ServiceProcess.MAX_WAIT)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> {
                    peers.forEach(peer -> peer.send("G"));
                    expectEnded();
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/liminal", "/elsewhere"})
    void peerThatSendsARequestNowAndThenIsEnded(String path) throws Exception {
        connect();
        await().atMost(ServiceProcess.MAX_WAIT)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    for (HostileSocket peer : peers) {
                        peer.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
                        peer.read();
                    }
                    expectEnded();
                });
    }

    private void connect() throws Exception {
        double opened = service.value("frontdoor_tcp_connections_opened_total");
        for (int i = 0; i < PEERS; i++) {
            peers.add(HostileSocket.connect(service.workersPort()));
        }
        await().atMost(ServiceProcess.MAX_WAIT)
                .until(() ->
                        service.value("frontdoor_tcp_connections_opened_total") == opened + PEERS);
    }

    private double closed() throws Exception {
        return service.sum("frontdoor_http_connections_closed_total");
    }

    private void expectEnded() throws Exception {
        assertThat(service.value("frontdoor_tcp_connections")).isEqualTo(connectionsBefore);
    }
}
