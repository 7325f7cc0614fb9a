package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.frontdoor.notifier.FleetWorker;
import dev.frontdoor.notifier.RegistrationRejectedException;
import dev.frontdoor.notifier.UnprocessableRegistrationException;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.webhook.TestReceiver.Request;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** The notifier with all that belongs to it, against a receiver on a real socket. */
class WebhookNotifierTests {

    private static final WorkerRegistration OLD = TestWorker.registration("old");
    private static final WorkerRegistration NEW = TestWorker.registration("new");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private WebhookFixture fixture;
    private TestReceiver receiver;
    private WebhookNotifier webhook;

    @BeforeEach
    void start() throws Exception {
        start(Settings.LONG);
    }

    private void start(Duration timeout) throws Exception {
        fixture = new WebhookFixture(timeout);
        receiver = fixture.receiver;
        webhook = fixture.webhook;
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void anAcceptedWorkerIsToldOfAndItsEndToo() throws Exception {
        webhook.onWorkerRegistered(7, OLD);
        webhook.onWorkerUnregistered(7);

        Request registered = receiver.expect("registered");
        Request unregistered = receiver.expect("unregistered");
        assertThat(registered.subject()).isEqualTo(unregistered.subject()).isEqualTo("7");
        assertThat(unregistered.json().path("id")).isNotEqualTo(registered.json().path("id"));
        fixture.expectNothingMore();
    }

    @Test
    void whatBecomesOfWorkersOfDeadInstancesIsSent() throws Exception {
        FleetWorker there =
                new FleetWorker(
                        "b/2", 9, NEW, List.of(), "", "tcp", null, null, Map.of(), START, START);

        webhook.onWorkerLost("a/1", 7, OLD);
        webhook.onWorkerReturned("a/1", 7, NEW);
        Request lost = receiver.expect("lost");
        Request returned = receiver.expect("returned");
        webhook.onWorkerMoved("a/1", 8, OLD, there);
        Request moved = receiver.expect("moved");

        assertThat(lost.subject()).isEqualTo(returned.subject()).isEqualTo("a/1/7");
        assertThat(lost.json().path("data").path("instance").asString()).isEqualTo("a/1");
        assertThat(lost.json().path("data").path("pid").asLong()).isEqualTo(7);
        assertThat(lost.json().path("data").path("identity").asString()).isEqualTo("old");
        assertThat(returned.json().path("data").path("identity").asString()).isEqualTo("new");
        assertThat(moved.json().path("data").path("movedTo").path("instance").asString())
                .isEqualTo("b/2");
        assertThat(moved.json().path("data").path("movedTo").path("pid").asLong()).isEqualTo(9);
        fixture.expectNothingMore();
    }

    @Test
    void aRejectionHasTheReceiversReasonAndNoEventFollows() throws Exception {
        receiver.thenAnswer(409, "{\"reason\": \"no room\"}");

        assertThatThrownBy(() -> webhook.onWorkerRegistered(7, OLD))
                .isInstanceOf(RegistrationRejectedException.class)
                .hasMessage("no room");

        Request _ = receiver.expect("registered");
        fixture.expectNothingMore();
    }

    @ParameterizedTest
    @ValueSource(ints = {307, 401, 404, 407, 410, 425, 429})
    void anAnswerThatTookNothingFailsAndNoEventFollows(int status) throws Exception {
        receiver.thenAnswer(status, "{\"reason\": \"x\"}");

        assertThatThrownBy(() -> webhook.onWorkerRegistered(7, OLD))
                .isInstanceOf(WebhookException.class)
                .hasMessage("the receiver responded with status " + status);

        Request _ = receiver.expect("registered");
        fixture.expectNothingMore();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 415, 431})
    void aRegistrationThatTheReceiverCannotProcessFailsAndNoEventFollows(int status)
            throws Exception {
        receiver.thenAnswer(status, "{\"reason\": \"x\"}");

        assertThatThrownBy(() -> webhook.onWorkerRegistered(7, OLD))
                .isInstanceOf(UnprocessableRegistrationException.class)
                .hasMessage("the receiver responded with status " + status);

        Request _ = receiver.expect("registered");
        fixture.expectNothingMore();
    }

    @Test
    void aRefusedConnectionFailsAndNoEventFollows() throws Exception {
        receiver.goDown();

        assertThatThrownBy(() -> webhook.onWorkerRegistered(7, OLD))
                .isInstanceOf(WebhookException.class)
                .hasMessage("the receiver cannot be reached");

        receiver.comeBack();
        fixture.expectNothingMore();
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
        fixture.expectNothingMore();
    }

    @Test
    void aTimedOutWorkerIsUnregisteredThere() throws Exception {
        fixture.close();
        start(Duration.ofSeconds(2));
        receiver.then(receiver.stall());

        assertThatThrownBy(() -> webhook.onWorkerRegistered(7, OLD))
                .isInstanceOf(WebhookException.class)
                .hasMessage("the receiver did not respond within PT2S");

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
                .hasMessage("the receiver did not respond before the interrupt");
    }

    @Test
    void aReplacementOfUnknownOutcomeIsFollowedByTheRegistrationInForce() throws Exception {
        webhook.onWorkerRegistered(7, OLD);
        Request _ = receiver.expect("registered");
        receiver.thenAnswer(500, "");

        assertThatThrownBy(() -> webhook.onWorkerRegistered(7, NEW))
                .isInstanceOf(WebhookException.class);
        webhook.onWorkerUnregistered(7);

        assertThat(WebhookFixture.identity(receiver.expect("registered"))).isEqualTo("new");
        assertThat(WebhookFixture.identity(receiver.expect("registered"))).isEqualTo("old");
        Request _ = receiver.expect("unregistered");
        fixture.expectNothingMore();
    }

    @Test
    void aRejectedReplacementLeavesTheEarlierOneWithoutAnotherWord() throws Exception {
        webhook.onWorkerRegistered(7, OLD);
        receiver.thenAnswer(403, "{\"reason\": \"not you\"}");

        assertThatThrownBy(() -> webhook.onWorkerRegistered(7, NEW)).hasMessage("not you");

        Request _ = receiver.expect("registered");
        Request _ = receiver.expect("registered");
        fixture.expectNothingMore();
    }
}
