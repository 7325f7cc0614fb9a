package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.webhook.TestReceiver.Request;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ends that the receiver does not accept at once, and what must wait for them. */
class WebhookEndTests {

    private static final WorkerRegistration OLD = TestWorker.registration("old");
    private static final WorkerRegistration NEW = TestWorker.registration("new");

    private WebhookFixture fixture;
    private TestReceiver receiver;
    private WebhookNotifier webhook;

    @BeforeEach
    void start() throws Exception {
        fixture = new WebhookFixture(Settings.LONG);
        receiver = fixture.receiver;
        webhook = fixture.webhook;
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void anEndIsSentAgainUntilTheReceiverIsBackAndTakesIt() throws Exception {
        webhook.onWorkerRegistered(7, OLD);
        Request _ = receiver.expect("registered");
        receiver.goDown();

        webhook.onWorkerUnregistered(7);
        fixture.awaitFailures(7, 3);
        receiver.thenAnswer(503, "").then(TestReceiver.raw("HTTP/1.1 2")).thenAnswer(404, "");
        receiver.comeBack();

        Request first = receiver.expect("unregistered");
        for (int i = 0; i < 3; i++) {
            Request again = receiver.expect("unregistered");
            assertThat(again.body()).isEqualTo(first.body());
            assertThat(again.header("webhook-id")).isEqualTo(first.header("webhook-id"));
        }
        fixture.expectNothingMore();
        assertThat(fixture.count("delivered")).isEqualTo(1);
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
        assertThat(WebhookFixture.identity(receiver.expect("registered"))).isEqualTo("new");
        fixture.expectNothingMore();
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
        fixture.expectNothingMore();
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
        fixture.stopNotifier();

        assertThat(receiver.unread()).isEqualTo(20);
        assertThat(fixture.count("delivered")).isEqualTo(20);
    }

    @Test
    void afterAStopNothingIsSentAndNothingThrown() throws Exception {
        webhook.onWorkerRegistered(7, OLD);
        Request _ = receiver.expect("registered");
        fixture.stopNotifier();

        assertThatCode(() -> webhook.onWorkerUnregistered(7)).doesNotThrowAnyException();

        assertThat(receiver.unread()).isZero();
        assertThat(fixture.count("dropped")).isEqualTo(1);
    }
}
