package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.TestKeys;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** Peers that abuse TLS on the workers' port of a service with 256 MB. */
@TestInstance(Lifecycle.PER_CLASS)
class HostileTlsIntegrationTests {

    private static final int PEERS = 20;
    private static final long MAX_MEMORY = 256 * 1024 * 1024;
    private static final TestKeys KEYS = TestKeys.generate();

    /** The header of a handshake record, and of a ClientHello of 1000 bytes in it. */
    private static final byte[] CLIENT_HELLO = HexFormat.of().parseHex("16030103ec010003e80303");

    private ServiceProcess service;
    private TestWorker bystander;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        service =
                ServiceProcess.in(directory)
                        .small()
                        .start(
                                "--server.ssl.key-store=" + KEYS.store(),
                                "--server.ssl.key-store-password=" + TestKeys.PASSWORD,
                                "--management.server.ssl.enabled=false",
                                "--frontdoor.limits.request-head-timeout=4s",
                                "--frontdoor.limits.close-timeout=2s");
        bystander = service.worker().socketFactory(KEYS.clientSockets()).connect();
        assertThat(bystander.register(TestWorker.registration("bystander")))
                .isEqualTo(WorkerRegisterAck.ACCEPTED);
    }

    @AfterEach
    void nobodyNoticed() throws Exception {
        bystander.expectNothing();
        bystander.ping(new byte[] {4});
        bystander.expectPong(new byte[] {4});
        assertThat(service.peakMemory()).isLessThan(MAX_MEMORY);
    }

    @AfterAll
    void stop() {
        bystander.close();
        service.close();
    }

    @Test
    void clientMayNotNegotiateAgain() throws Exception {
        try (SSLSocket client =
                (SSLSocket)
                        KEYS.clientSockets()
                                .createSocket(
                                        InetAddress.getLoopbackAddress(), service.workersPort())) {
            client.setSoTimeout((int) ServiceProcess.MAX_WAIT.toMillis());
            client.setEnabledProtocols(new String[] {"TLSv1.2"});
            client.startHandshake();
            client.getOutputStream()
                    .write(Requests.get("/elsewhere").getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().read()).isEqualTo('H');

            assertThatThrownBy(
                            () -> {
                                client.startHandshake();
                                client.getInputStream().skipNBytes(1_000_000);
                            })
                    .as("an alert, not the end of an idle connection")
                    .isInstanceOf(SSLException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void handshakeThatDoesNotEndIsCutOff(boolean trickles) throws Exception {
        double before = service.value("frontdoor_tcp_connections");
        double opened = service.value("frontdoor_tcp_connections_opened_total");
        List<HostileSocket> peers = new ArrayList<>();
        try {
            for (int i = 0; i < PEERS; i++) {
                HostileSocket peer = HostileSocket.connect(service.workersPort());
                peers.add(peer);
                assertThat(peer.send(CLIENT_HELLO)).isEqualTo(CLIENT_HELLO.length);
            }
            await().atMost(ServiceProcess.MAX_WAIT)
                    .until(() ->
                            service.value("frontdoor_tcp_connections_opened_total")
                                    == opened + PEERS);
            await().atMost(ServiceProcess.MAX_WAIT)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        if (trickles) {
                            peers.forEach(peer -> peer.send(new byte[] {0}));
                        }
                        return service.value("frontdoor_tcp_connections") == before;
                    });
        } finally {
            for (HostileSocket peer : peers) {
                peer.close();
            }
        }
    }
}
