package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;
import dev.frontdoor.webhook.TestReceiver.Request;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

class WebhookClientTests {

    private static final String PLAIN = "a plain secret of 30 bytes ok!";

    private final Clock clock = Clock.fixed(Instant.ofEpochSecond(1767225600), ZoneOffset.UTC);
    private final Event event =
            new Events("/test", clock).registered(7, TestWorker.registration("worker-7"));

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
        }
        Clock later = Clock.offset(clock, Duration.ofMinutes(10));
        try (WebhookClient client = new WebhookClient(Settings.of(receiver, PLAIN), later)) {
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
        receiver.thenAnswer(404, "<html>none</html>");

        assertThat(post())
                .isEqualTo(
                        new WebhookResult.Rejected("turned away by the webhook with status 404"));
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

            assertThat(post()).isEqualTo(new WebhookResult.Failed("answered 307", false, null));
            assertThat(elsewhere.unread()).isZero();
        }
    }

    @Test
    void aStalledReceiverLeavesTheOutcomeOpenAndIsHungUpOn() throws Exception {
        receiver.then(receiver.stall()).then(receiver.stall());

        assertFailed(post(Duration.ofSeconds(1)), "gave no answer within PT1S", true);

        receiver.expectGone();
    }

    @Test
    void anAnswerThatStallsHalfwayLeavesTheOutcomeOpen() throws Exception {
        receiver.then(receiver.stallAfter("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));

        assertFailed(post(Duration.ofSeconds(1)), "gave no answer within PT1S", true);

        receiver.expectGone();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 ",
                "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n",
                "HTTP/1.1 403 No\r\nContent-Length: 99\r\n\r\n{\"reason\": \"ha",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
                "SSH-2.0-OpenSSH_9.6\r\n",
                "\u0001\u0002\u0003\r\n\r\n",
                "HTTP/1.1 abc\r\n\r\n"
            })
    void anAnswerThatIsNoneOrEndsHalfwayLeavesTheOutcomeOpen(String answer) throws Exception {
        receiver.then(TestReceiver.raw(answer));

        assertFailed(post(), "gave no whole answer", true);
    }

    @Test
    void anEndlessAnswerIsReadToItsBoundAndHungUpOn() throws Exception {
        receiver.then(receiver.endless(403));
        assertThat(post())
                .isEqualTo(
                        new WebhookResult.Rejected("turned away by the webhook with status 403"));
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
                .isEqualTo(
                        new WebhookResult.Rejected("turned away by the webhook with status 403"));
    }

    @Test
    void aRefusedConnectionTookNothing() throws Exception {
        receiver.goDown();

        assertFailed(post(), "cannot be reached", false);
    }

    @Test
    void anUnknownHostTookNothing() {
        WebhookProperties nowhere =
                new WebhookProperties(
                        true,
                        "http://nowhere.invalid/",
                        "",
                        List.of(),
                        Settings.LONG,
                        Settings.LONG,
                        Settings.deliveries(1, 1, 1, Settings.LONG));

        try (WebhookClient client = client(nowhere)) {
            assertFailed(client.post(event), "cannot be found", false);
        }
    }

    @Test
    void anInterruptHangsUpAndLeavesTheOutcomeOpen() throws Exception {
        receiver.then(receiver.stall());
        try (WebhookClient client = client(Settings.of(receiver))) {
            WebhookResult[] answer = new WebhookResult[1];
            boolean[] interrupted = new boolean[1];
            Thread asking =
                    Thread.ofVirtual()
                            .start(() -> {
                                answer[0] = client.post(event);
                                interrupted[0] = Thread.currentThread().isInterrupted();
                            });
            Request _ = receiver.expect();

            asking.interrupt();

            receiver.expectGone();
            assertThat(asking.join(Settings.LONG)).isTrue();
            assertFailed(answer[0], "was not waited for: interrupted", true);
            assertThat(interrupted[0]).isTrue();
        }
    }

    private WebhookResult post() {
        return post(Settings.LONG);
    }

    private WebhookResult post(Duration timeout) {
        try (WebhookClient client = client(Settings.of(receiver, timeout))) {
            return client.post(event);
        }
    }

    private WebhookClient client(WebhookProperties properties) {
        return new WebhookClient(properties, clock);
    }

    private static void assertFailed(WebhookResult answer, String what, boolean mayHaveTaken) {
        assertThat(answer)
                .isInstanceOfSatisfying(
                        WebhookResult.Failed.class,
                        failed -> {
                            assertThat(failed.what()).isEqualTo(what);
                            assertThat(failed.mayHaveTaken()).isEqualTo(mayHaveTaken);
                        });
    }

    private static String hmac(byte[] key, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return Base64.getEncoder()
                .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }
}
