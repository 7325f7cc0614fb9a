package dev.frontdoor.webhook;

import static dev.frontdoor.webhook.DeliveryFixture.ACCEPTED;
import static dev.frontdoor.webhook.DeliveryFixture.FAILED;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

/** When queued events are sent, sent again, given up and dropped. */
class EventDeliveryTests {

    private final DeliveryFixture fixture = new DeliveryFixture();

    private final EventFactory events = fixture.events;

    @Test
    void anEventIsSentAtOnceAndOnceIfItIsTaken() {
        EventDelivery delivery = fixture.delivery(10, 100);
        Event event = events.unregistered(1);

        delivery.add(event);
        fixture.pass(Duration.ofHours(2));

        assertThat(fixture.sent).containsExactly(event);
        fixture.expectCounts(1, 0, 0, 0);
    }

    @Test
    void theSameEventIsSentAgainAfterEachPauseUntilItIsTaken() {
        EventDelivery delivery = fixture.delivery(10, 100);
        Event event = events.unregistered(1);
        fixture.answer(FAILED, new WebhookResult.Rejected("no"), FAILED, ACCEPTED);

        delivery.add(event);
        assertThat(fixture.sent).hasSize(1);
        fixture.pass(Duration.ofMillis(999));
        assertThat(fixture.sent).hasSize(1);
        fixture.pass(Duration.ofMillis(1));
        assertThat(fixture.sent).hasSize(2);
        fixture.pass(Duration.ofMillis(1999));
        assertThat(fixture.sent).hasSize(2);
        fixture.pass(Duration.ofMillis(1));
        assertThat(fixture.sent).hasSize(3);
        fixture.pass(Duration.ofSeconds(3));

        assertThat(fixture.sent).containsExactly(event, event, event, event);
        fixture.expectCounts(1, 3, 0, 0);
    }

    @Test
    void anEventIsGivenUpAfterItsLastAttempt() {
        EventDelivery delivery = fixture.delivery(10, 3);
        fixture.failAlways();

        delivery.add(events.unregistered(1));
        fixture.pass(Duration.ofHours(2));

        assertThat(fixture.sent).hasSize(3);
        fixture.expectCounts(0, 2, 1, 0);
    }

    @Test
    void anEventIsGivenUpAtTheFirstAttemptThatFindsItTooOld() {
        EventDelivery delivery = fixture.delivery(10, 1_000_000);
        fixture.failAlways();

        delivery.add(events.unregistered(1));
        fixture.pass(Duration.ofHours(3));

        // Pauses of 1 s, 2 s, ... n s: the 86th attempt is the first after an hour.
        assertThat(fixture.sent).hasSize(86);
        fixture.expectCounts(0, 85, 1, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, -2})
    void aStepOfTheWallClockDoesNotAgeAnEvent(int hours) {
        EventDelivery delivery = fixture.delivery(10, 100);
        fixture.answer(FAILED, FAILED);

        delivery.add(events.unregistered(1));
        fixture.stepWallClock(Duration.ofHours(hours));
        fixture.pass(Duration.ofSeconds(3));

        fixture.expectCounts(1, 2, 0, 0);
    }

    @Test
    void anEventWaitsForAsLongAsTheReceiverAsks() {
        EventDelivery delivery = fixture.delivery(10, 100);
        fixture.answer(busy(Duration.ofSeconds(6)), busy(Duration.ofMillis(10)));

        delivery.add(events.unregistered(1));
        fixture.stepWallClock(Duration.ofHours(2));
        fixture.pass(Duration.ofMillis(5_999));
        assertThat(fixture.sent).hasSize(1);
        fixture.pass(Duration.ofMillis(1));
        assertThat(fixture.sent).hasSize(2);

        // The second backoff, of 2 s, is longer than what the receiver asks for.
        fixture.pass(Duration.ofMillis(1_999));
        assertThat(fixture.sent).hasSize(2);
        fixture.pass(Duration.ofMillis(1));
        fixture.expectCounts(1, 2, 0, 0);
    }

    @Test
    void anEventWaitsNoLongerThanUntilItsLastAttempt() {
        EventDelivery delivery = fixture.delivery(10, 100);
        fixture.answer(busy(Duration.ofDays(365)), FAILED);

        delivery.add(events.unregistered(1));
        fixture.pass(Duration.ofHours(1).minusMillis(1));
        assertThat(fixture.sent).hasSize(1);
        fixture.pass(Duration.ofMillis(1));

        assertThat(fixture.sent).hasSize(2);
        fixture.expectCounts(0, 1, 1, 0);
    }

    @Test
    void afterOneIsGivenUpTheNextOfItsPidGoesOutWithAllItsAttempts() {
        EventDelivery delivery = fixture.delivery(10, 2);
        fixture.answer(FAILED, FAILED, FAILED, ACCEPTED);
        Event first = events.registered(1, TestWorker.registration("w"));
        Event second = events.unregistered(1);

        delivery.add(first);
        delivery.add(second);
        fixture.pass(Duration.ofMinutes(1));

        assertThat(fixture.sent).containsExactly(first, first, second, second);
        fixture.expectCounts(1, 2, 1, 0);
    }

    @Test
    void anEventThatFailsHoldsUpItsOwnPidOnly() {
        EventDelivery delivery = fixture.delivery(10, 100);
        Event first = events.registered(1, TestWorker.registration("w"));
        Event second = events.unregistered(1);
        Event other = events.unregistered(2);
        fixture.answer(FAILED);

        delivery.add(first);
        delivery.add(second);
        delivery.add(other);
        assertThat(fixture.sent).containsExactly(first, other);
        fixture.pass(Duration.ofSeconds(1));

        assertThat(fixture.sent).containsExactly(first, other, first, second);
    }

    @Test
    void whatDoesNotFitIsDroppedAndCounted() {
        EventDelivery delivery = fixture.delivery(2, 100);
        fixture.answer(FAILED, FAILED);
        Event first = events.unregistered(1);
        Event second = events.unregistered(2);

        delivery.add(first);
        delivery.add(second);
        delivery.add(events.unregistered(3));
        fixture.expectCounts(0, 2, 0, 1);
        assertThat(fixture.pending()).isEqualTo(2);
        fixture.pass(Duration.ofSeconds(1));
        Event third = events.unregistered(4);
        delivery.add(third);

        assertThat(fixture.sent).containsExactly(first, second, first, second, third);
        fixture.expectCounts(3, 2, 0, 1);
        assertThat(fixture.pending()).isZero();
    }

    private static WebhookResult busy(Duration retryAfter) {
        return new WebhookResult.Failed("responded with status 429", false, null, retryAfter);
    }
}
