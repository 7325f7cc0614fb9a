package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.webhook.TestReceiver.Request;

import io.micrometer.core.instrument.Clock;
import io.micrometer.observation.ObservationRegistry;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import reactor.core.scheduler.Schedulers;

import java.time.Duration;

/** A receiver on a real socket asks for a pause, which passes in the time of the test. */
class BusyReceiverTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "429 Busy\r\nRetry-After: 6",
                "503 Busy\r\nRetry-After: 6",
                "429 Busy\r\nDate: Sun, 22 Nov 2026 06:14:00 GMT\r\n"
                        + "Retry-After: Sun, 22 Nov 2026 06:14:06 GMT"
            })
    void anEndIsSentAgainWhenTheReceiverAsksForIt(String head) throws Exception {
        DeliveryFixture fixture = new DeliveryFixture();
        try (TestReceiver receiver = new TestReceiver();
                WebhookClient client =
                        new WebhookClient(
                                Settings.of(receiver),
                                null,
                                ObservationRegistry.NOOP,
                                Schedulers.parallel(),
                                Clock.SYSTEM)) {
            receiver.then(
                    TestReceiver.raw(
                            "HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                                    .formatted(head)));
            EventDelivery delivery =
                    fixture.delivery(
                            Settings.deliveries(10, 1, 100, DeliveryFixture.NONE),
                            Runnable::run,
                            client::post);

            delivery.add(fixture.events.unregistered(1));
            Request first = receiver.expect("unregistered");
            fixture.pass(Duration.ofMillis(5_999));
            assertThat(receiver.unread()).isZero();
            fixture.pass(Duration.ofMillis(1));

            Request second = receiver.expect("unregistered");
            assertThat(second.json()).isEqualTo(first.json());
            fixture.expectCounts(1, 1, 0, 0);
        }
    }
}
