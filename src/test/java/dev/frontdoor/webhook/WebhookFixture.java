package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;

import reactor.core.scheduler.Schedulers;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The notifier with all that belongs to it, and a receiver on a real socket. */
final class WebhookFixture implements AutoCloseable {

    final TestReceiver receiver = new TestReceiver();
    final WebhookNotifier webhook;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final WebhookClient client;
    private final EventDelivery delivery;

    WebhookFixture(Duration timeout) throws IOException {
        WebhookProperties properties = Settings.of(receiver.url().toString(), timeout);
        client =
                new WebhookClient(
                        properties,
                        null,
                        ObservationRegistry.NOOP,
                        Schedulers.parallel(),
                        Clock.SYSTEM);
        delivery =
                new EventDelivery(
                        properties.deliveries(),
                        new DeliveryQueue(100, Long.MAX_VALUE, 4, new WebhookMetrics(meters)),
                        client::post,
                        _ -> Duration.ofMillis(1),
                        task -> Thread.ofVirtual().start(task),
                        Schedulers.parallel(),
                        Clock.SYSTEM);
        webhook =
                new WebhookNotifier(
                        client,
                        new EventFactory("/test", Clock.SYSTEM, _ -> Optional.empty()),
                        delivery);
    }

    /** Every queued event is out once the queue is closed. */
    void expectNothingMore() {
        delivery.close();
        assertThat(receiver.unread()).isZero();
    }

    /** Has the events of a pid sent so often, each time without success. */
    void awaitFailures(long pid, int failures) throws Exception {
        for (int i = 0; i < failures; i++) {
            assertThat(delivery.flush(pid, Settings.LONG).get()).isFalse();
        }
    }

    /** Stops the notifier as the service does. */
    void stopNotifier() {
        delivery.close();
        client.close();
    }

    int count(String outcome) {
        return (int)
                meters.get("frontdoor.webhook.deliveries")
                        .tag("outcome", outcome)
                        .counter()
                        .count();
    }

    static String identity(TestReceiver.Request request) {
        return request.json().path("data").path("identity").asString();
    }

    @Override
    public void close() throws IOException {
        receiver.close();
        client.close();
        delivery.close();
    }
}
