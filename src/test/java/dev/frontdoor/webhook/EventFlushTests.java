package dev.frontdoor.webhook;

import static dev.frontdoor.webhook.DeliveryFixture.ACCEPTED;
import static dev.frontdoor.webhook.DeliveryFixture.FAILED;
import static dev.frontdoor.webhook.DeliveryFixture.NONE;
import static dev.frontdoor.webhook.DeliveryFixture.await;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** The flush of one pid, and that of all pids at a stop. */
class EventFlushTests {

    private final DeliveryFixture fixture = new DeliveryFixture();
    private final EventFactory events = fixture.events;

    @Test
    void flushTriesWhatIsLeftOfThePidWithoutItsPause() {
        EventDelivery delivery = fixture.delivery(10, 100);
        fixture.answer(FAILED);
        Event event = events.unregistered(1);
        delivery.add(event);

        assertThat(delivery.flush(1, Settings.LONG)).isCompletedWithValue(true);

        assertThat(fixture.sent).containsExactly(event, event);
        fixture.pass(Duration.ofHours(1));
        assertThat(fixture.sent).hasSize(2);
    }

    @Test
    void flushEndsWithTheFirstAttemptThatFails() {
        EventDelivery delivery = fixture.delivery(10, 100);
        fixture.answer(FAILED, FAILED);
        Event event = events.unregistered(1);
        delivery.add(event);

        assertThat(delivery.flush(1, Settings.LONG)).isCompletedWithValue(false);

        assertThat(fixture.sent).hasSize(2);
        fixture.pass(Duration.ofSeconds(1));
        assertThat(fixture.sent).as("the first pause is over, not the second").hasSize(2);
        fixture.pass(Duration.ofSeconds(1));
        assertThat(fixture.sent).containsExactly(event, event, event);
        fixture.expectCounts(1, 2, 0, 0);
    }

    @Test
    void flushEndsWithAnEventThatIsGivenUpWhileAnotherIsLeft() {
        Queue<Runnable> threads = new ArrayDeque<>();
        EventDelivery delivery =
                fixture.delivery(Settings.deliveries(10, 1, 1, NONE), threads::add, fixture::send);
        fixture.answer(FAILED);
        delivery.add(events.unregistered(1));
        delivery.add(events.unregistered(1));
        CompletableFuture<Boolean> flushed = delivery.flush(1, Settings.LONG);
        assertThat(flushed).isNotDone();

        threads.remove().run();

        assertThat(flushed).isCompletedWithValue(false);
        fixture.expectCounts(1, 0, 1, 0);
    }

    @Test
    void flushOfAPidWithoutEventsIsCompleteWhateverIsLeftOfOthers() {
        EventDelivery delivery = fixture.delivery(10, 100);
        fixture.answer(FAILED);
        delivery.add(events.unregistered(1));

        assertThat(delivery.flush(2, Settings.LONG)).isCompletedWithValue(true);

        assertThat(fixture.sent).hasSize(1);
    }

    @Test
    void flushWaitsNoLongerThanItsLimit() {
        Queue<Runnable> never = new ArrayDeque<>();
        EventDelivery delivery =
                fixture.delivery(Settings.deliveries(10, 1, 100, NONE), never::add, fixture::send);
        delivery.add(events.unregistered(1));

        CompletableFuture<Boolean> flushed = delivery.flush(1, Duration.ofSeconds(3));

        fixture.pass(Duration.ofMillis(2999));
        assertThat(flushed).isNotDone();
        fixture.pass(Duration.ofMillis(1));
        assertThat(flushed).isCompletedWithValue(false);
    }

    @Test
    void oneFlushThatIsOverDoesNotEndAnotherOfItsPid() {
        Queue<Runnable> threads = new ArrayDeque<>();
        EventDelivery delivery =
                fixture.delivery(
                        Settings.deliveries(10, 1, 100, NONE), threads::add, fixture::send);
        delivery.add(events.unregistered(1));
        CompletableFuture<Boolean> hasty = delivery.flush(1, Duration.ofSeconds(1));
        CompletableFuture<Boolean> patient = delivery.flush(1, Duration.ofSeconds(9));

        fixture.pass(Duration.ofSeconds(1));

        assertThat(hasty).isCompletedWithValue(false);
        assertThat(patient).isNotDone();
        threads.remove().run();
        assertThat(patient).isCompletedWithValue(true);
    }

    @Test
    void closingSendsWhatWaitsWithoutItsPause() {
        EventDelivery delivery = fixture.delivery(10, 100);
        fixture.answer(FAILED, FAILED, FAILED);
        for (int pid = 1; pid <= 3; pid++) {
            delivery.add(events.unregistered(pid));
        }

        delivery.close();

        assertThat(fixture.sent).extracting(Event::pid).startsWith(1L, 2L, 3L).hasSize(6);
        fixture.expectCounts(3, 3, 0, 0);
    }

    @Test
    void closingGivesUpWhatIsNotTakenInTimeAndSendsNothingAfterwards() {
        EventDelivery delivery = fixture.delivery(10, 100);
        fixture.failAlways();
        delivery.add(events.unregistered(1));
        delivery.add(events.unregistered(2));

        delivery.close();
        int sentSoFar = fixture.sent.size();
        delivery.add(events.unregistered(3));
        fixture.pass(Duration.ofHours(1));

        assertThat(fixture.sent).hasSize(sentSoFar).hasSize(4);
        assertThat(fixture.count("given_up")).isEqualTo(2);
        assertThat(fixture.count("dropped")).isEqualTo(1);
        assertThat(fixture.pending()).isZero();
    }

    @Test
    void closingDoesNotWaitForAnAttemptThatHangs() {
        Queue<Runnable> hanging = new ArrayDeque<>();
        EventDelivery delivery =
                fixture.delivery(
                        Settings.deliveries(10, 1, 100, NONE), hanging::add, fixture::send);
        delivery.add(events.unregistered(1));

        delivery.close();
        hanging.remove().run();

        assertThat(fixture.sent).hasSize(1);
        fixture.expectCounts(0, 0, 1, 0);
        assertThat(fixture.pending()).isZero();
    }

    @Test
    void closingWaitsForWhatIsOnItsWay() throws Exception {
        CountDownLatch onItsWay = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        EventDelivery delivery =
                fixture.delivery(
                        Settings.deliveries(10, 1, 100, Settings.LONG),
                        task -> Thread.ofVirtual().start(task),
                        _ -> {
                            onItsWay.countDown();
                            await(release);
                            return ACCEPTED;
                        });
        delivery.add(events.unregistered(1));
        delivery.add(events.unregistered(2));
        await(onItsWay);
        Thread closing = Thread.ofVirtual().start(delivery::close);

        release.countDown();

        assertThat(closing.join(Settings.LONG)).isTrue();
        fixture.expectCounts(2, 0, 0, 0);
    }
}
