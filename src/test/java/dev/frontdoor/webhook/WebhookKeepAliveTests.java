package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;

import io.micrometer.core.instrument.Clock;
import io.micrometer.observation.ObservationRegistry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import reactor.core.scheduler.Schedulers;

import java.util.Optional;

/** Which connections are used again, and what else a response may consist of. */
class WebhookKeepAliveTests {

    private static final WebhookResult ACCEPTED = new WebhookResult.Accepted();

    private final Event event =
            new EventFactory("/test", Clock.SYSTEM, _ -> Optional.empty())
                    .registered(7, TestWorker.registration("worker-7"));

    private KeptConnections receiver;
    private WebhookClient client;

    @BeforeEach
    void start() throws Exception {
        receiver = new KeptConnections();
        client =
                new WebhookClient(
                        Settings.of(receiver.url().toString(), Settings.LONG),
                        null,
                        ObservationRegistry.NOOP,
                        Schedulers.parallel(),
                        Clock.SYSTEM);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        receiver.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 204 Yes\r\n\r\n",
                "HTTP/1.1 200 Yes\r\nContent-Length: 2\r\n\r\n{}",
                "HTTP/1.1 503 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                "HTTP/1.0 200 Yes\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"
            })
    void connectionTakesTheNextEventToo(String answer) {
        receiver.thenAnswer(answer);
        client.post(event);

        assertThat(client.post(event)).isEqualTo(ACCEPTED);

        assertThat(receiver.count()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 Yes\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.0 200 Yes\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 204 Yes\r\n\r\nHTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 204 Yes\r\n\r\nHTTP/1.1"
            })
    void connectionWhoseNextResponseIsNotCertainIsHungUpOn(String answer) throws Exception {
        receiver.thenAnswer(answer);
        assertThat(client.post(event)).isEqualTo(ACCEPTED);

        assertThat(client.post(event)).isEqualTo(ACCEPTED);

        assertThat(receiver.count()).isEqualTo(2);
        receiver.expectGone();
    }

    @Test
    void connectionThatTheReceiverEndedIsNotUsedAgain() throws Exception {
        client.post(event);
        receiver.hangUp();

        assertThat(client.post(event)).isEqualTo(ACCEPTED);

        assertThat(receiver.count()).isEqualTo(2);
    }

    @Test
    void responseWithoutARequestIsTakenForNone() throws Exception {
        client.post(event);
        receiver.write("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");

        assertThat(client.post(event)).isEqualTo(ACCEPTED);

        assertThat(receiver.count()).isEqualTo(2);
    }

    @Test
    void interimResponsesAreSkipped() {
        receiver.thenAnswer(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n"
                        + "HTTP/1.1 403 No\r\nContent-Length: 18\r\n\r\n{\"reason\": \"full\"}");

        assertThat(client.post(event)).isEqualTo(new WebhookResult.Rejected("full"));
        assertThat(client.post(event)).isEqualTo(ACCEPTED);

        assertThat(receiver.count()).isEqualTo(1);
    }

    @Test
    void headBeyondTheBoundIsNoResponse() {
        receiver.thenAnswer("HTTP/1.1 204 Yes\r\nX: " + "x".repeat(400_000) + "\r\n\r\n");

        assertThat(client.post(event))
                .isInstanceOfSatisfying(
                        WebhookResult.Failed.class,
                        failed -> {
                            assertThat(failed.what()).isEqualTo("sent no complete response");
                            assertThat(failed.mayHaveAccepted()).isTrue();
                        });
    }
}
