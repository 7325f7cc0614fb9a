package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.test.Registrations;
import dev.frontdoor.webhook.DeliveryQueue.Attempt;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.Test;

import reactor.core.Disposable;
import reactor.core.Disposables;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The state alone, without threads and time. */
class DeliveryQueueTests {

    private static final long MAX_BYTES = 1_000_000;

    private final EventFactory events =
            new EventFactory("/test", Clock.SYSTEM, _ -> Optional.empty());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final DeliveryQueue queue =
            new DeliveryQueue(3, MAX_BYTES, 2, new WebhookMetrics(meters));

    @Test
    void pidsAreTakenInTheirOrderUpToTheBound() {
        add(1);
        add(2);
        add(3);

        Attempt first = take();
        Attempt second = take();
        assertThat(first.event().pid()).isEqualTo(1);
        assertThat(second.event().pid()).isEqualTo(2);
        assertThat(queue.take()).as("two are in flight").isNull();

        assertThat(queue.remove(first, true)).isTrue();
        assertThat(take().event().pid()).isEqualTo(3);
    }

    @Test
    void secondEventOfAPidIsNotTakenWhileTheFirstIsInFlight() {
        add(1);
        add(1);

        Attempt first = take();
        assertThat(queue.take()).isNull();
        assertThat(queue.remove(first, true)).isTrue();

        assertThat(take().event().sequence()).isEqualTo(2);
    }

    @Test
    void queueOfLargeEventsTakesNoMoreUntilOneIsRemoved() {
        WorkerRegistration large =
                Registrations.of("one").activity("a", "\"" + "\\n".repeat(240_000), "{}").build();
        assertThat(queue.add(events.registered(1, large), 0)).isTrue();

        assertThat(queue.add(events.registered(2, large), 0)).isFalse();
        assertThat(queue.add(events.unregistered(2), 0)).isTrue();
        assertThat(queue.remove(take(), true)).isTrue();
        assertThat(queue.add(events.registered(3, large), 0)).isTrue();
        assertThat(meters.get("frontdoor.webhook.deliveries").tag("outcome", "dropped").counter())
                .extracting(Counter::count)
                .isEqualTo(1.0);
    }

    @Test
    void fullQueueTakesNoMoreUntilAnEventIsRemoved() {
        add(1);
        add(2);
        add(3);

        assertThat(queue.add(events.unregistered(4), 0)).isFalse();
        assertThat(pending()).isEqualTo(3);
        assertThat(queue.remove(take(), true)).isTrue();
        assertThat(queue.add(events.unregistered(4), 0)).isTrue();
    }

    @Test
    void pausedPidIsTakenOnlyAfterItsOwnPause() {
        add(1);
        Disposable first = Disposables.single();
        Attempt attempt = take();
        assertThat(queue.pause(attempt, first)).isTrue();
        assertThat(queue.take()).isNull();

        queue.resume(attempt.pid(), Disposables.single());
        assertThat(queue.take()).as("the pause of another attempt").isNull();

        queue.resume(attempt.pid(), first);
        assertThat(take().number()).isEqualTo(2);
        assertThat(first.isDisposed()).isTrue();
    }

    @Test
    void attemptEndsOnce() {
        add(1);
        add(1);
        Attempt attempt = take();
        assertThat(queue.remove(attempt, true)).isTrue();

        assertThat(queue.remove(attempt, true)).isFalse();
        assertThat(queue.pause(attempt, Disposables.single())).isFalse();

        assertThat(pending()).isEqualTo(1);
    }

    @Test
    void attemptThatWasNotMadeIsTheNext() {
        add(1);
        add(2);
        Attempt attempt = take();

        queue.putBack(attempt);

        assertThat(take()).isEqualTo(attempt);
    }

    @Test
    void closedQueueCountsWhatIsLeftAndIgnoresAttemptsInFlight() {
        add(1);
        add(2);
        Attempt attempt = take();
        CompletableFuture<Boolean> flushed = queue.flush(2);

        assertThat(queue.close()).isEqualTo(2);

        assertThat(pending()).isZero();
        assertThat(queue.remove(attempt, true)).isFalse();
        assertThat(queue.take()).isNull();
        assertThat(queue.add(events.unregistered(3), 0)).isFalse();
        assertThat(flushed).isCompletedWithValue(true);
    }

    @Test
    void flushOfAllIsCompleteWithTheLastEvent() {
        add(1);
        add(2);
        CompletableFuture<Boolean> flushed = queue.flushAll();

        assertThat(queue.remove(take(), true)).isTrue();
        assertThat(flushed).isNotDone();
        assertThat(queue.remove(take(), false)).isTrue();

        assertThat(flushed).isCompletedWithValue(true);
    }

    private int pending() {
        return (int) meters.get("frontdoor.webhook.deliveries.pending").gauge().value();
    }

    private void add(long pid) {
        assertThat(queue.add(events.unregistered(pid), 0)).isTrue();
    }

    private Attempt take() {
        return Objects.requireNonNull(queue.take());
    }
}
