package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients of the management port that never finish what they begin: a service with 256 MB ends
 * them, and neither its memory nor its workers nor its stop notice.
 */
@TestInstance(Lifecycle.PER_CLASS)
class HostileManagementIntegrationTests {

    private static final int PEERS = 10;
    private static final long MAX_MEMORY = 256 * 1024 * 1024;
    private static final long MAX_SENT = 20_000_000;

    private final List<HostileSocket> peers = new ArrayList<>();
    private ServiceProcess service;
    private Bystanders bystanders;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        Bystanders.notifier().writeTo(directory.resolve("notifiers/pushing.jar"));
        service =
                ServiceProcess.in(directory)
                        .small()
                        .start(
                                "--frontdoor.management.limits.request-head-timeout=3s",
                                "--frontdoor.management.limits.request-body-timeout=3s",
                                "--frontdoor.management.limits.idle-timeout=3s",
                                "--frontdoor.management.limits.write-timeout=3s",
                                "--frontdoor.limits.close-timeout=1s");
        bystanders = new Bystanders(service);
    }

    @AfterEach
    void nobodyNoticed() throws Exception {
        bystanders.expectServed();
        assertThat(service.peakMemory()).isLessThan(MAX_MEMORY);
        assertThat(service.log()).doesNotContain("\tat ");
        for (HostileSocket peer : peers) {
            peer.close();
        }
        peers.clear();
    }

    @AfterAll
    void stop() {
        bystanders.close();
        service.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET /actuator/health HTTP/1.1\r\nX: ",
                "GET /actuator/health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /actuator/health HTTP/1.1\r\nX: ",
                "POST /actuator/drain HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n",
                "GET /actuator/health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n",
                "POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n"
            })
    void clientThatSendsOneByteAtATimeIsEnded(String start) throws Exception {
        connect();
        peers.forEach(peer -> peer.send(start));
        await().atMost(ServiceProcess.MAX_WAIT)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> {
                    for (HostileSocket peer : peers) {
                        peer.send("G");
                        peer.read();
                    }
                    assertThat(peers).allMatch(HostileSocket::hasEnded);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/health", "/actuator/prometheus", "/actuator/loggers"})
    void clientThatPipelinesRequestsAndReadsNoResponseIsEnded(String path) throws Exception {
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        String many = request.repeat(1000);
        connect();
        long[] sent = {0};
        await().atMost(ServiceProcess.MAX_WAIT)
                .untilAsserted(() -> {
                    for (HostileSocket peer : peers) {
                        sent[0] += sent[0] < MAX_SENT ? peer.send(many) : 0;
                    }
                    assertThat(peers).allMatch(HostileSocket::hasEnded);
                });
        assertThat(sent[0]).isLessThan(MAX_SENT);
    }

    @Test
    void unfinishedRequestsDoNotDelayAStop(@TempDir Path directory) throws Exception {
        try (ServiceProcess stopped =
                ServiceProcess.in(directory)
                        .start(
                                "--frontdoor.management.limits.request-body-timeout=1h",
                                "--frontdoor.management.limits.request-head-timeout=1h",
                                "--frontdoor.management.limits.idle-timeout=1h")) {
            for (String start :
                    List.of(
                            "POST /actuator/drain HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{",
                            "POST /actuator/loggers/ROOT HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n",
                            "GET /actuator/health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n",
                            "GET /actuator/health HTTP/1.1\r\nHost: ",
                            "GET /actuator/health HTTP/1.1\r\nHost: localhost\r\n\r\n",
                            "")) {
                HostileSocket peer = HostileSocket.connect(stopped.managementPort());
                peers.add(peer);
                assertThat(peer.send(start)).isEqualTo(start.length());
            }
            assertThat(stopped.get("/actuator/health").statusCode()).isEqualTo(200);
            stopped.terminate();
            assertThat(stopped.awaitExit(ServiceProcess.MAX_WAIT)).isEqualTo(143);
            assertThat(stopped.log()).doesNotContain("still active");
        }
    }

    private void connect() throws IOException {
        for (int i = 0; i < PEERS; i++) {
            peers.add(HostileSocket.connect(service.managementPort()));
        }
    }
}
