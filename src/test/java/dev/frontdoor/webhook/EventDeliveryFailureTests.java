package dev.frontdoor.webhook;

import static dev.frontdoor.webhook.DeliveryFixture.ACCEPTED;
import static dev.frontdoor.webhook.DeliveryFixture.FAILED;
import static dev.frontdoor.webhook.DeliveryFixture.NONE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** Deliveries whose sender, pause or thread fails. */
class EventDeliveryFailureTests {

    private final DeliveryFixture fixture = new DeliveryFixture();

    private final EventFactory events = fixture.events;

    @Test
    void aSenderThatThrowsIsAFailedAttempt() {
        AtomicInteger calls = new AtomicInteger();
        EventDelivery delivery =
                fixture.delivery(
                        Settings.deliveries(10, 1, 100, NONE),
                        Runnable::run,
                        _ -> {
                            if (calls.getAndIncrement() == 0) {
                                throw new IllegalStateException("broken");
                            }
                            return ACCEPTED;
                        });

        delivery.add(events.unregistered(1));
        fixture.pass(Duration.ofSeconds(1));

        fixture.expectCounts(1, 1, 0, 0);
    }

    @Test
    void anEventWhosePauseCannotBeFoundIsGivenUpAndFreesItsPlace() {
        EventDelivery delivery =
                fixture.delivery(
                        Settings.deliveries(10, 1, 100, NONE),
                        Runnable::run,
                        fixture::send,
                        _ -> {
                            throw new IllegalStateException("broken");
                        });
        fixture.answer(FAILED);
        Event first = events.unregistered(1);
        Event second = events.unregistered(1);

        delivery.add(first);
        delivery.add(second);

        assertThat(fixture.sent).containsExactly(first, second);
        fixture.expectCounts(1, 0, 1, 0);
        assertThat(fixture.pending()).isZero();
    }

    @Test
    void anErrorOfTheSenderFreesItsPlace() {
        AtomicInteger calls = new AtomicInteger();
        EventDelivery delivery =
                fixture.delivery(
                        Settings.deliveries(10, 1, 100, NONE),
                        Runnable::run,
                        _ -> {
                            if (calls.getAndIncrement() == 0) {
                                throw new StackOverflowError();
                            }
                            return ACCEPTED;
                        });

        delivery.add(events.unregistered(1));
        delivery.add(events.unregistered(2));

        fixture.expectCounts(1, 0, 1, 0);
    }

    @Test
    void anEventThatFindsNoThreadIsSentWithTheNext() {
        AtomicInteger threads = new AtomicInteger();
        EventDelivery delivery =
                fixture.delivery(
                        Settings.deliveries(10, 1, 100, NONE),
                        task -> {
                            if (threads.getAndIncrement() == 0) {
                                throw new RejectedExecutionException("no thread");
                            }
                            task.run();
                        },
                        fixture::send);
        Event first = events.unregistered(1);
        Event second = events.unregistered(2);

        assertThatThrownBy(() -> delivery.add(first))
                .isInstanceOf(RejectedExecutionException.class);
        delivery.add(second);

        assertThat(fixture.sent).containsExactly(first, second);
        fixture.expectCounts(2, 0, 0, 0);
    }
}
