package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.Ping;
import dev.frontdoor.protocol.Frame.Pong;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;
import dev.frontdoor.test.server.TestKeys;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** The TCP port with TLS, and behind a proxy. */
class TcpPortIntegrationTests {

    private static final TestKeys KEYS = TestKeys.generate();

    @Nested
    @FrontDoorTest("frontdoor.tcp.ssl-bundle=tcp-workers")
    class WithTls {

        private final ServerUnderTest server;
        private final Workers workers;
        private final ScriptedNotifier notifier;

        WithTls(
                ServerUnderTest server,
                Workers workers,
                @Qualifier(TestApplication.FIRST) ScriptedNotifier notifier) {
            this.server = server;
            this.workers = workers;
            this.notifier = notifier;
        }

        @DynamicPropertySource
        static void keys(DynamicPropertyRegistry settings) {
            String store = "spring.ssl.bundle.jks.tcp-workers.keystore.";
            settings.add(store + "location", () -> KEYS.store().toUri().toString());
            settings.add(store + "type", () -> "PKCS12");
            settings.add(store + "password", () -> TestKeys.PASSWORD);
        }

        @AfterEach
        void nobodyIsLeft() {
            server.expectNobody();
        }

        @Test
        void workerRegistersIsPushedToAndLeaves() throws Exception {
            String identity = server.newIdentity();
            try (TestWorker worker = connect()) {
                assertThat(worker.register(TestWorker.registration(identity)))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
                byte[] payload = "x".repeat(100_000).getBytes(StandardCharsets.UTF_8);
                CompletableFuture<byte[]> reply =
                        workers.push(notifier.pidOf(identity), payload, ServerUnderTest.MAX_WAIT);
                Push push = worker.expect(Push.class);
                assertThat(push.payload().toByteArray()).isEqualTo(payload);
                worker.send(TestWorker.reply(push, payload));
                assertThat(reply).succeedsWithin(ServerUnderTest.MAX_WAIT).isEqualTo(payload);
                worker.halfClose();
                worker.expectEnd();
            }
        }

        @Test
        void endOfTlsIsTheEndOfTheWorkersHalf() throws Exception {
            double closed = server.sum("frontdoor.connections.closed", "code", "1000");
            int port = server.tcp().getPort();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                    Socket tls =
                            KEYS.clientSockets().createSocket(socket, "localhost", port, false)) {
                tls.setSoTimeout(Math.toIntExact(ServerUnderTest.MAX_WAIT.toMillis()));
                tls.getOutputStream().write(FrameCodec.encode(new Ping(0)));
                tls.shutdownOutput();
                assertThat(tls.getInputStream().readAllBytes())
                        .isEqualTo(FrameCodec.encode(new Pong(0)));
            }
            server.expectNobody();
            assertThat(server.sum("frontdoor.connections.closed", "code", "1000"))
                    .isEqualTo(closed + 1);
        }

        @Test
        void refusalArrivesBeforeTheEnd() throws Exception {
            String identity = server.newIdentity();
            try (TestWorker worker = connect()) {
                worker.register(TestWorker.registration(identity));
                String path = "/actuator/registrations/" + notifier.pidOf(identity);
                assertThat(server.request("DELETE", path).status()).isEqualTo(204);
                assertThat(worker.expectClose(4500).reason())
                        .isEqualTo("disconnected by an operator");
            }
        }

        @Test
        void workerWithoutTlsIsCountedAndNotServed() throws Exception {
            double broken = server.sum("frontdoor.tcp.entries.refused", "reason", "broken");
            try (TestWorker worker =
                    TestWorker.to(server.tcp()).timeout(ServerUnderTest.MAX_WAIT).connect()) {
                worker.sendRaw(new byte[100]);
                worker.expectEnd();
            }
            ServerUnderTest.eventually(() ->
                    assertThat(server.sum("frontdoor.tcp.entries.refused", "reason", "broken"))
                            .isEqualTo(broken + 1));
        }

        private TestWorker connect() throws Exception {
            return TestWorker.to(server.tcp())
                    .socketFactory(KEYS.clientSockets())
                    .timeout(ServerUnderTest.MAX_WAIT)
                    .connect();
        }
    }

    @Nested
    @FrontDoorTest({
        "frontdoor.tcp.proxy-protocol=required",
        "frontdoor.limits.trusted-proxies=127.0.0.0/8",
        "frontdoor.limits.max-connections-per-address=1"
    })
    class BehindAProxy {

        private static final String HEADER = "PROXY TCP4 203.0.113.9 127.0.0.1 51234 7070\r\n";

        private final ServerUnderTest server;

        BehindAProxy(ServerUnderTest server) {
            this.server = server;
        }

        @AfterEach
        void nobodyIsLeft() {
            server.expectNobody();
        }

        @Test
        void addressIsTheClientsAndLimited() throws Exception {
            try (TestWorker first = from(HEADER);
                    TestWorker second = from(HEADER)) {
                first.register(TestWorker.registration(server.newIdentity()));
                assertThat(server.read("/actuator/registrations").toString())
                        .contains("203.0.113.9:51234");
                second.disconnect();
                assertThat(second.expect(ConnectError.class).message())
                        .contains("the limit of 1 connections from one address is reached");
                second.expectEnd();
            }
        }

        @Test
        void headerMayArriveInTwoPackets() throws Exception {
            try (TestWorker worker = from(HEADER.substring(0, 20))) {
                worker.sendRaw(HEADER.substring(20).getBytes(StandardCharsets.US_ASCII));
                worker.register(TestWorker.registration(server.newIdentity()));
                assertThat(server.read("/actuator/registrations").toString())
                        .contains("203.0.113.9:51234");
            }
        }

        private TestWorker from(String header) throws Exception {
            TestWorker worker =
                    TestWorker.to(server.tcp()).timeout(ServerUnderTest.MAX_WAIT).connect();
            worker.sendRaw(header.getBytes(StandardCharsets.US_ASCII));
            return worker;
        }
    }
}
