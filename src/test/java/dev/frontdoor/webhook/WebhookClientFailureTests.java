package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;
import dev.frontdoor.webhook.TestReceiver.Request;

import io.micrometer.core.instrument.Clock;
import io.micrometer.observation.ObservationRegistry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import reactor.core.scheduler.Schedulers;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;

/** Attempts that end without a complete response, and what the receiver may have done then. */
class WebhookClientFailureTests {

    private final Event event =
            new EventFactory("/test", Clock.SYSTEM, _ -> Optional.empty())
                    .registered(7, TestWorker.registration("worker-7"));

    private TestReceiver receiver;

    @BeforeEach
    void start() throws Exception {
        receiver = new TestReceiver();
    }

    @AfterEach
    void stop() throws Exception {
        receiver.close();
    }

    @Test
    void aStalledReceiverLeavesTheOutcomeOpenAndIsHungUpOn() throws Exception {
        receiver.then(receiver.stall()).then(receiver.stall());

        assertFailed(post(Duration.ofSeconds(1)), "did not respond within PT1S", true);

        receiver.expectGone();
    }

    @Test
    void anAnswerThatStallsHalfwayLeavesTheOutcomeOpen() throws Exception {
        receiver.then(receiver.stallAfter("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));

        assertFailed(post(Duration.ofSeconds(1)), "did not respond within PT1S", true);

        receiver.expectGone();
    }

    @Test
    void aReceiverThatDoesNotSpeakTlsIsGivenUpInTime() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                WebhookClient client =
                        client(
                                Settings.of(
                                        "https://127.0.0.1:" + silent.getLocalPort(),
                                        Duration.ofSeconds(1)))) {
            assertFailed(client.post(event), "did not respond within PT1S", true);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 ",
                "HTTP/1.1 200 OK\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n",
                "HTTP/1.1 403 No\r\nContent-Length: 99\r\n\r\n{\"reason\": \"ha",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
                "SSH-2.0-OpenSSH_9.6\r\n",
                "\u0001\u0002\u0003\r\n\r\n",
                "HTTP/1.1 abc\r\n\r\n"
            })
    void anAnswerThatIsNoneOrEndsHalfwayLeavesTheOutcomeOpen(String answer) throws Exception {
        receiver.then(TestReceiver.raw(answer));

        assertFailed(post(), "sent no complete response", true);
    }

    @Test
    void aRefusedConnectionTookNothing() throws Exception {
        receiver.goDown();

        assertFailed(post(), "cannot be reached", false);
    }

    @Test
    void aClosedClientSendsNothing() {
        WebhookClient client = client(Settings.of(receiver));
        client.close();

        assertFailed(client.post(event), "sent no complete response", true);

        assertThat(receiver.unread()).isZero();
    }

    @Test
    void anUnknownHostTookNothing() {
        WebhookProperties nowhere = Settings.of("http://nowhere.invalid/", Settings.LONG);

        try (WebhookClient client = client(nowhere)) {
            assertFailed(client.post(event), "cannot be found", false);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInterruptHangsUpAndLeavesTheOutcomeOpen(boolean virtual) throws Exception {
        receiver.then(receiver.stall());
        try (WebhookClient client = client(Settings.of(receiver))) {
            WebhookResult[] answer = new WebhookResult[1];
            boolean[] interrupted = new boolean[1];
            Thread asking =
                    (virtual ? Thread.ofVirtual() : Thread.ofPlatform())
                            .start(() -> {
                                answer[0] = client.post(event);
                                interrupted[0] = Thread.currentThread().isInterrupted();
                            });
            Request _ = receiver.expect();

            asking.interrupt();

            receiver.expectGone();
            assertThat(asking.join(Settings.LONG)).isTrue();
            assertFailed(answer[0], "did not respond before the interrupt", true);
            assertThat(interrupted[0]).isTrue();
        }
    }

    private WebhookResult post() {
        return post(Settings.LONG);
    }

    private WebhookResult post(Duration timeout) {
        try (WebhookClient client = client(Settings.of(receiver.url().toString(), timeout))) {
            return client.post(event);
        }
    }

    private static WebhookClient client(WebhookProperties properties) {
        return new WebhookClient(
                properties, null, ObservationRegistry.NOOP, Schedulers.parallel(), Clock.SYSTEM);
    }

    private static void assertFailed(WebhookResult result, String what, boolean mayHaveAccepted) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        WebhookResult.Failed.class,
                        failed -> {
                            assertThat(failed.what()).isEqualTo(what);
                            assertThat(failed.mayHaveAccepted()).isEqualTo(mayHaveAccepted);
                        });
    }
}
