package dev.frontdoor.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.logging.LoggedOutputExtension;
import dev.frontdoor.notifier.Workers;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.HttpSocket;
import dev.frontdoor.test.server.Requests;
import dev.frontdoor.test.server.ScriptedNotifier;
import dev.frontdoor.test.server.ServerUnderTest;
import dev.frontdoor.test.server.TestApplication;
import dev.frontdoor.test.server.TestKeys;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Each port speaks TLS by its own settings. */
class TlsIntegrationTests {

    private static final TestKeys KEYS = TestKeys.generate();

    @Nested
    @FrontDoorTest
    @ExtendWith(LoggedOutputExtension.class)
    class OnTheWorkersPort {

        private final ServerUnderTest server;
        private final Workers workers;
        private final ScriptedNotifier notifier;

        OnTheWorkersPort(
                ServerUnderTest server,
                Workers workers,
                @Qualifier(TestApplication.FIRST) ScriptedNotifier notifier) {
            this.server = server;
            this.workers = workers;
            this.notifier = notifier;
        }

        @DynamicPropertySource
        static void keys(DynamicPropertyRegistry settings) {
            add("server.ssl", settings);
        }

        @AfterEach
        void nobodyIsLeft() {
            server.expectNobody();
        }

        @Test
        void workerRegistersIsPushedToAndCloses() throws Exception {
            String identity = server.newIdentity();
            try (TestWorker worker =
                    server.worker().socketFactory(KEYS.clientSockets()).connect()) {
                assertThat(worker.register(TestWorker.registration(identity)))
                        .isEqualTo(WorkerRegisterAck.ACCEPTED);
                byte[] payload = "x".repeat(100_000).getBytes(StandardCharsets.UTF_8);
                CompletableFuture<byte[]> reply =
                        workers.push(notifier.pidOf(identity), payload, Duration.ofMinutes(1));
                Push push = worker.expect(Push.class);
                assertThat(push.payload().toByteArray()).isEqualTo(payload);
                worker.send(TestWorker.reply(push, payload));
                assertThat(reply).succeedsWithin(ServerUnderTest.MAX_WAIT).isEqualTo(payload);
                worker.close(1000, "done");
                worker.expectClose(1000);
            }
        }

        @Test
        void operatorMayDisconnectTheWorker() throws Exception {
            String identity = server.newIdentity();
            try (TestWorker worker =
                    server.worker().socketFactory(KEYS.clientSockets()).connect()) {
                worker.register(TestWorker.registration(identity));
                String path = "/actuator/registrations/" + notifier.pidOf(identity);
                assertThat(server.request("DELETE", path).status()).isEqualTo(204);
                worker.expectClose(4500);
            }
        }

        @Test
        void workerWithoutTlsIsNotServed() {
            assertThatThrownBy(server::connect).isInstanceOf(IOException.class);
        }

        @Test
        void managementPortSpeaksPlainHttpAndTheLogSaysSo(CapturedOutput output) throws Exception {
            assertThat(server.ask("/actuator/health/readiness").status()).isEqualTo(200);
            assertThat(server.ask("/actuator/prometheus").status()).isEqualTo(200);
            assertThat(output.toString())
                    .containsPattern("the workers' port \\d+ speaks TLS")
                    .containsPattern("the management port \\d+ speaks plain text");
        }
    }

    @Nested
    @FrontDoorTest
    @ExtendWith(LoggedOutputExtension.class)
    class OnTheManagementPort {

        private final ServerUnderTest server;

        OnTheManagementPort(ServerUnderTest server) {
            this.server = server;
        }

        @DynamicPropertySource
        static void keys(DynamicPropertyRegistry settings) {
            add("management.server.ssl", settings);
        }

        @Test
        void operatorsUseTlsAndWorkersDoNot(CapturedOutput output) throws Exception {
            try (HttpSocket operators = server.operators(KEYS.clientSockets())) {
                assertThat(operators.send(Requests.get("/actuator/health")).answer().status())
                        .isEqualTo(200);
            }
            assertThatThrownBy(() -> server.ask("/actuator/health"))
                    .isInstanceOf(IOException.class);
            try (TestWorker worker = server.register(server.newIdentity())) {
                worker.expectNothing();
            }
            server.expectNobody();
            assertThat(output.toString())
                    .containsPattern("the workers' port \\d+ speaks plain text")
                    .containsPattern("the management port \\d+ speaks TLS");
        }
    }

    private static void add(String section, DynamicPropertyRegistry settings) {
        settings.add(section + ".key-store", () -> KEYS.store().toString());
        settings.add(section + ".key-store-type", () -> "PKCS12");
        settings.add(section + ".key-store-password", () -> TestKeys.PASSWORD);
    }
}
