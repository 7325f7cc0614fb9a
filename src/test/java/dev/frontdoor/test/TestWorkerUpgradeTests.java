package dev.frontdoor.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.frontdoor.test.ScriptedServer.Peer;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.time.Duration;

/** The upgrade that a worker requests, and what it makes of the answer. */
class TestWorkerUpgradeTests {

    private static final Duration SHORT = Duration.ofMillis(50);

    @AutoClose private ScriptedServerFixture fixture;
    private TestWorker worker;
    private Peer peer;

    @BeforeEach
    void connect() throws Exception {
        fixture = new ScriptedServerFixture();
        worker = fixture.worker();
        peer = fixture.peer();
    }

    @Test
    void upgradeIsAnOrdinaryRequestWithoutExtensionsSubprotocolOrOrigin() throws Exception {
        assertThat(peer.head())
                .startsWith("GET /liminal HTTP/1.1\r\n")
                .contains("Host: 127.0.0.1:" + fixture.uri().getPort() + "\r\n")
                .contains("Upgrade: websocket\r\n")
                .contains("Connection: Upgrade\r\n")
                .contains("Sec-WebSocket-Version: 13\r\n")
                .doesNotContain("Extensions", "Protocol:", "Origin");
        assertThat(worker.responseHeader("UPGRADE")).containsExactly("websocket");
        assertThat(worker.responseHeader("Sec-WebSocket-Extensions")).isEmpty();
    }

    @Test
    void requestHeadersCanBeAddedRepeatedAndLeftOut() throws Exception {
        worker =
                fixture.connect(
                        TestWorker.to(fixture.uri())
                                .header("Origin", "https://a.example")
                                .header("Origin", "https://b.example")
                                .withoutHeader("sec-websocket-version")
                                .header("Sec-WebSocket-Version", "12"));
        peer = fixture.peer();

        assertThat(peer.head())
                .contains("Origin: https://a.example\r\nOrigin: https://b.example\r\n")
                .contains("Sec-WebSocket-Version: 12\r\n")
                .doesNotContain("Version: 13");
    }

    @Test
    void requestCanBeReplacedAsAWhole() throws Exception {
        worker =
                fixture.connect(
                        TestWorker.to(fixture.uri()).rawRequest("BREW /pot HTTP/1.1\r\n\r\n"));
        peer = fixture.peer();

        assertThat(peer.head()).isEqualTo("BREW /pot HTTP/1.1\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 4\r\n\r\nbusy and more",
                "Transfer-Encoding: chunked\r\n\r\n3\r\nbus\r\n1;x=y\r\ny\r\n0\r\n\r\n"
            })
    void refusedUpgradeTellsStatusHeadersAndBody(String rest) throws Exception {
        try (var refusing =
                ScriptedServer.answering(
                        head -> "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\n" + rest)) {
            assertThatExceptionOfType(UpgradeRefusedException.class)
                    .isThrownBy(() -> TestWorker.connect(refusing.uri()))
                    .satisfies(refused -> {
                        assertThat(refused.status()).isEqualTo(503);
                        assertThat(refused.header("retry-AFTER")).containsExactly("7");
                        assertThat(refused.header("Allow")).isEmpty();
                        assertThat(refused.body()).isEqualTo("busy");
                    });
        }
    }

    @Test
    void anUpgradeThatIsNotAnsweredFailsWithinTheTimeLimit() throws Exception {
        try (var silent = ScriptedServer.answering(head -> "HTTP/1.1 101 Swi")) {
            TestWorkerBuilder builder = TestWorker.to(silent.uri()).timeout(SHORT);
            assertThatThrownBy(builder::connect)
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(UpgradeRefusedException.class);
        }
    }

    @Test
    void aConnectionThatEndsBeforeAnyAnswerFails() throws Exception {
        try (var closing = ScriptedServer.answering(head -> "")) {
            assertThatThrownBy(() -> TestWorker.connect(closing.uri()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void anUpgradeWithAWrongAcceptFails() throws Exception {
        try (var wrong =
                ScriptedServer.answering(
                        head -> ScriptedServer.grant("Sec-WebSocket-Key: x\r\n"))) {
            assertThatThrownBy(() -> TestWorker.connect(wrong.uri()))
                    .hasMessageContaining("Sec-WebSocket-Accept");
        }
    }
}
