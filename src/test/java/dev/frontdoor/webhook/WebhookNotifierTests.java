package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.webhook.TestReceiver.Request;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import reactor.core.scheduler.Schedulers;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** The notifier with its client and its queue, against a receiver on a real socket. */
class WebhookNotifierTests {

    private static final WorkerRegistration OLD = TestWorker.registration("old");
    private static final WorkerRegistration NEW = TestWorker.registration("new");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private TestReceiver receiver;
    private WebhookClient client;
    private DeliveryQueue deliveries;
    private WebhookNotifier webhook;

    @BeforeEach
    void start() throws Exception {
        receiver = new TestReceiver();
        start(Settings.LONG);
    }

    private void start(Duration timeout) {
        WebhookProperties properties = Settings.of(receiver, timeout);
        client = new WebhookClient(properties, Clock.systemUTC());
        deliveries =
                new DeliveryQueue(
                        properties.deliveries(),
                        client::post,
                        _ -> Duration.ofMillis(1),
                        task -> Thread.ofVirtual().start(task),
                        Schedulers.parallel(),
                        new WebhookMetrics(meters));
        webhook = new WebhookNotifier(client, new Events("/test", Clock.systemUTC()), deliveries);
    }

    @AfterEach
    void stop() throws Exception {
        receiver.close();
        client.close();
        deliveries.close();
    }

    @Test
    void anAcceptedWorkerIsToldOfAndItsEndToo() throws Exception {
        webhook.onWorkerRegistered(7, OLD);
        webhook.onWorkerUnregistered(7);

        Request registered = receiver.expect("registered");
        Request unregistered = receiver.expect("unregistered");
        assertThat(registered.subject()).isEqualTo(unregistered.subject()).isEqualTo("7");
        assertThat(unregistered.json().path("id")).isNotEqualTo(registered.json().path("id"));
        expectNothingMore();
    }

    @Test
    void aRejectionHasTheReceiversReasonAndNoEventFollows() throws Exception {
        receiver.thenAnswer(409, "{\"reason\": \"no room\"}");

        assertThatThrownBy(() -> webhook.onWorkerRegistered(7, OLD))
                .isInstanceOf(RegistrationRejectedException.class)
                .hasMessage("no room");

        Request _ = receiver.expect("registered");
        expectNothingMore();
    }

    @ParameterizedTest
    @ValueSource(ints = {307, 425, 429})
    void anAnswerThatTookNothingFailsAndNoEventFollows(int status) throws Exception {
        receiver.thenAnswer(status, "{\"reason\": \"x\"}");

        assertThatThrownBy(() -> webhook.onWorkerRegistered(7, OLD))
                .isInstanceOf(WebhookException.class)
                .hasMessage("the receiver answered " + status);

        Request _ = receiver.expect("registered");
        expectNothingMore();
    }

    @Test
    void aRefusedConnectionFailsAndNoEventFollows() throws Exception {
        receiver.goDown();

        assertThatThrownBy(() -> webhook.onWorkerRegistered(7, OLD))
                .isInstanceOf(WebhookException.class)
                .hasMessage("the receiver cannot be reached");

        receiver.comeBack();
        expectNothingMore();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
                "HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n"
            })
    void aWorkerTheReceiverMayHaveTakenIsUnregisteredThere(String answer) throws Exception {
        receiver.then(TestReceiver.raw(answer));

        assertThatThrownBy(() -> webhook.onWorkerRegistered(7, OLD))
                .isInstanceOf(WebhookException.class);

        Request registered = receiver.expect("registered");
        Request unregistered = receiver.expect("unregistered");
        assertThat(unregistered.subject()).isEqualTo(registered.subject());
        assertThat(unregistered.json().path("sequence").asString())
                .isGreaterThan(registered.json().path("sequence").asString());
        expectNothingMore();
    }

    @Test
    void aTimedOutWorkerIsUnregisteredThere() throws Exception {
        deliveries.close();
        client.close();
        start(Duration.ofSeconds(2));
        receiver.then(receiver.stall());

        assertThatThrownBy(() -> webhook.onWorkerRegistered(7, OLD))
                .isInstanceOf(WebhookException.class)
                .hasMessage("the receiver gave no answer within PT2S");

        Request _ = receiver.expect("registered");
        receiver.expectGone();
        Request _ = receiver.expect("unregistered");
    }

    @Test
    void anInterruptedWorkerIsUnregisteredThere() throws Exception {
        receiver.then(receiver.stall());
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread asking =
                Thread.ofVirtual()
                        .start(() ->
                                thrown.set(
                                        catchThrowable(() -> webhook.onWorkerRegistered(7, OLD))));
        Request _ = receiver.expect("registered");

        asking.interrupt();

        receiver.expectGone();
        Request _ = receiver.expect("unregistered");
        assertThat(asking.join(Settings.LONG)).isTrue();
        assertThat(thrown.get())
                .isInstanceOf(WebhookException.class)
                .hasMessage("the receiver was not waited for: interrupted");
    }

    @Test
    void aReplacementOfUnknownOutcomeIsFollowedByTheRegistrationInForce() throws Exception {
        webhook.onWorkerRegistered(7, OLD);
        Request _ = receiver.expect("registered");
        receiver.thenAnswer(500, "");

        assertThatThrownBy(() -> webhook.onWorkerRegistered(7, NEW))
                .isInstanceOf(WebhookException.class);
        webhook.onWorkerUnregistered(7);

        assertThat(identity(receiver.expect("registered"))).isEqualTo("new");
        assertThat(identity(receiver.expect("registered"))).isEqualTo("old");
        Request _ = receiver.expect("unregistered");
        expectNothingMore();
    }

    @Test
    void aRejectedReplacementLeavesTheEarlierOneWithoutAnotherWord() throws Exception {
        webhook.onWorkerRegistered(7, OLD);
        receiver.thenAnswer(403, "{\"reason\": \"not you\"}");

        assertThatThrownBy(() -> webhook.onWorkerRegistered(7, NEW)).hasMessage("not you");

        Request _ = receiver.expect("registered");
        Request _ = receiver.expect("registered");
        expectNothingMore();
    }

    @Test
    void anEndIsSentAgainUntilTheReceiverIsBackAndTakesIt() throws Exception {
        webhook.onWorkerRegistered(7, OLD);
        Request _ = receiver.expect("registered");
        receiver.goDown();

        webhook.onWorkerUnregistered(7);
        awaitRetries(3);
        receiver.thenAnswer(503, "").then(TestReceiver.raw("HTTP/1.1 2")).thenAnswer(404, "");
        receiver.comeBack();

        Request first = receiver.expect("unregistered");
        for (int i = 0; i < 3; i++) {
            Request again = receiver.expect("unregistered");
            assertThat(again.body()).isEqualTo(first.body());
            assertThat(again.header("webhook-id")).isEqualTo(first.header("webhook-id"));
        }
        expectNothingMore();
        assertThat(count("delivered")).isEqualTo(1);
    }

    @Test
    void aRegistrationDoesNotOvertakeAnEarlierEndOfItsPid() throws Exception {
        webhook.onWorkerRegistered(7, OLD);
        Request _ = receiver.expect("registered");
        receiver.thenAnswer(503, "").thenAnswer(204, "");

        webhook.onWorkerUnregistered(7);
        Throwable thrown = catchThrowable(() -> webhook.onWorkerRegistered(7, NEW));
        while (thrown != null) {
            thrown = catchThrowable(() -> webhook.onWorkerRegistered(7, NEW));
        }

        Request _ = receiver.expect("unregistered");
        Request _ = receiver.expect("unregistered");
        assertThat(identity(receiver.expect("registered"))).isEqualTo("new");
        expectNothingMore();
    }

    @Test
    void aRegistrationFailsWhileAnEarlierEndOfItsPidCannotBeDelivered() throws Exception {
        webhook.onWorkerRegistered(7, OLD);
        receiver.goDown();
        webhook.onWorkerUnregistered(7);

        assertThatThrownBy(() -> webhook.onWorkerRegistered(7, NEW))
                .isInstanceOf(WebhookException.class)
                .hasMessage("an earlier event of pid 7 is not delivered yet");

        receiver.comeBack();
        Request _ = receiver.expect("registered");
        Request _ = receiver.expect("unregistered");
        expectNothingMore();
    }

    @Test
    void aStopFlushesWhatIsLeft() throws Exception {
        for (int pid = 1; pid <= 20; pid++) {
            webhook.onWorkerRegistered(pid, OLD);
            Request _ = receiver.expect("registered");
        }

        for (int pid = 1; pid <= 20; pid++) {
            webhook.onWorkerUnregistered(pid);
        }
        deliveries.close();

        assertThat(receiver.unread()).isEqualTo(20);
        assertThat(count("delivered")).isEqualTo(20);
    }

    @Test
    void afterAStopNothingIsSentAndNothingThrown() throws Exception {
        webhook.onWorkerRegistered(7, OLD);
        Request _ = receiver.expect("registered");
        deliveries.close();
        client.close();

        assertThatCode(() -> webhook.onWorkerUnregistered(7)).doesNotThrowAnyException();

        assertThat(receiver.unread()).isZero();
        assertThat(count("dropped")).isEqualTo(1);
    }

    /** Closes the queue, which sends every queued event, and expects no other request. */
    private void expectNothingMore() {
        deliveries.close();
        assertThat(receiver.unread()).isZero();
    }

    private void awaitRetries(int retries) throws InterruptedException {
        for (int i = 0; i < retries; i++) {
            assertThat(deliveries.settle(7, Settings.LONG)).isFalse();
        }
    }

    private int count(String outcome) {
        return (int)
                meters.get("frontdoor.webhook.deliveries")
                        .tag("outcome", outcome)
                        .counter()
                        .count();
    }

    private static String identity(Request request) {
        return request.json().path("data").path("identity").asString();
    }
}
