package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;
import dev.frontdoor.webhook.TestReceiver.Request;

import io.micrometer.observation.ObservationRegistry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import reactor.core.scheduler.Schedulers;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

class WebhookClientTests {

    private static final String PLAIN = "a plain secret of 30 bytes ok!";

    private final WallClock clock = new WallClock(Instant.ofEpochSecond(1767225600));
    private final Event event =
            new EventFactory("/test", clock, _ -> Optional.empty())
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
    void theEventIsPostedInStructuredMode() throws Exception {
        assertThat(post()).isEqualTo(new WebhookResult.Accepted());

        Request request = receiver.expect();
        assertThat(request.start()).isEqualTo("POST /workers?v=1 HTTP/1.1");
        assertThat(request.header("content-type")).isEqualTo("application/cloudevents+json");
        assertThat(request.header("accept")).isEqualTo("application/json");
        assertThat(request.header("user-agent")).isEqualTo("worker-front-door");
        assertThat(request.body().getBytes(StandardCharsets.UTF_8)).isEqualTo(event.json());
        assertThat(request.header("webhook-id"))
                .isEqualTo(request.json().path("id").asString())
                .isEqualTo(event.id());
        assertThat(request.header("webhook-timestamp")).isEqualTo("1767225600");
        assertThat(request.headers()).doesNotContainKey("webhook-signature");
    }

    @Test
    void whatArrivesIsWhatWasSigned() throws Exception {
        byte[] key = {
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, -1
        };
        String encoded = "whsec_" + Base64.getEncoder().encodeToString(key);

        try (WebhookClient client = client(Settings.of(receiver, PLAIN, encoded))) {
            assertThat(client.post(event)).isEqualTo(new WebhookResult.Accepted());
        }

        Request request = receiver.expect();
        String signed =
                String.join(
                        ".",
                        request.header("webhook-id"),
                        request.header("webhook-timestamp"),
                        request.body());
        assertThat(request.header("webhook-signature").split(" "))
                .containsExactly(
                        "v1," + hmac(PLAIN.getBytes(StandardCharsets.UTF_8), signed),
                        "v1," + hmac(key, signed));
    }

    @Test
    void aRetryIsTheSameEventSignedAnew() throws Exception {
        try (WebhookClient client = client(Settings.of(receiver, PLAIN))) {
            client.post(event);
            clock.step(Duration.ofMinutes(10));
            client.post(event);
        }

        Request first = receiver.expect();
        Request second = receiver.expect();
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.header("webhook-id")).isEqualTo(first.header("webhook-id"));
        assertThat(second.header("webhook-timestamp")).isEqualTo("1767226200");
        assertThat(second.header("webhook-signature"))
                .isNotEqualTo(first.header("webhook-signature"));
    }

    @Test
    void aRejectionCarriesTheReceiversReason() throws Exception {
        receiver.thenAnswer(403, "{\"reason\": \"k\u00e4in Platz\"}");

        assertThat(post()).isEqualTo(new WebhookResult.Rejected("k\u00e4in Platz"));
    }

    @Test
    void aRejectionWithoutAReasonNamesTheStatus() throws Exception {
        receiver.thenAnswer(422, "<html>none</html>");

        assertThat(post())
                .isEqualTo(new WebhookResult.Rejected("rejected by the webhook with status 422"));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 404, 407, 410})
    void aStatusOfABrokenReceiverIsNoVerdict(int status) throws Exception {
        receiver.thenAnswer(status, "{\"reason\": \"x\"}");

        assertThat(post())
                .isEqualTo(
                        new WebhookResult.Failed("responded with status " + status, false, null));
    }

    @Test
    void aBusyReceiverSaysWhenToComeBack() throws Exception {
        receiver.then(
                TestReceiver.raw(
                        "HTTP/1.1 429 Busy\r\nRetry-After: 6\r\nContent-Length: 0\r\n\r\n"));

        assertThat(post())
                .isEqualTo(
                        new WebhookResult.Failed(
                                "responded with status 429", false, null, Duration.ofSeconds(6)));
    }

    @Test
    void aContentTypeThatIsNoneDoesNotMatter() throws Exception {
        receiver.then(
                TestReceiver.raw(
                        "HTTP/1.1 422 No\r\nContent-Type: ;;\r\nConnection: close\r\n\r\n"
                                + "{\"reason\":\"full\"}"));

        assertThat(post()).isEqualTo(new WebhookResult.Rejected("full"));
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        try (TestReceiver elsewhere = new TestReceiver()) {
            receiver.then(
                    TestReceiver.raw(
                            "HTTP/1.1 307 Go\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
                                    .formatted(elsewhere.url())));

            assertThat(post())
                    .isEqualTo(new WebhookResult.Failed("responded with status 307", false, null));
            assertThat(elsewhere.unread()).isZero();
        }
    }

    @Test
    void anEndlessAnswerIsReadToItsBoundAndHungUpOn() throws Exception {
        receiver.then(receiver.endless(403));
        assertThat(post())
                .isEqualTo(new WebhookResult.Rejected("rejected by the webhook with status 403"));
        receiver.expectGone();

        receiver.then(receiver.endless(200));
        assertThat(post()).isEqualTo(new WebhookResult.Accepted());
        receiver.expectGone();
    }

    @Test
    void aReasonBeyondTheBoundIsNotRead() throws Exception {
        receiver.thenAnswer(
                403, "{\"padding\": \"" + "x".repeat(20_000) + "\", \"reason\": \"far away\"}");

        assertThat(post())
                .isEqualTo(new WebhookResult.Rejected("rejected by the webhook with status 403"));
    }

    private WebhookResult post() {
        try (WebhookClient client = client(Settings.of(receiver))) {
            return client.post(event);
        }
    }

    private WebhookClient client(WebhookProperties properties) {
        return new WebhookClient(
                properties, null, ObservationRegistry.NOOP, Schedulers.parallel(), clock);
    }

    private static String hmac(byte[] key, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return Base64.getEncoder()
                .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }
}
