package dev.frontdoor.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.thread.TestTime;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/** Which events the log keeps, and in which order. */
class EventLogTests {

    private static final long MANY = 1 << 30;

    private final EventLog log = new EventLog(10, MANY, new TestTime());

    @Test
    void eventsAreNumberedFromOne() {
        assertThat(log.last()).isZero();
        record(log, 3);

        assertThat(log.last()).isEqualTo(3);
        assertThat(sequences(log, 0)).containsExactly(1L, 2L, 3L);
        assertThat(sequences(log, 2)).containsExactly(3L);
        assertThat(sequences(log, 3)).isEmpty();
    }

    @Test
    void eachEventHasTheTimeAtWhichItWasRecorded() {
        TestTime time = new TestTime();
        EventLog timed = new EventLog(10, MANY, time);
        Instant start = Instant.ofEpochMilli(time.wallTime());
        record(timed, 1);
        time.advance(Duration.ofSeconds(3));
        record(timed, 1);

        assertThat(Objects.requireNonNull(timed.after(0, 2)))
                .extracting(RecordedEvent::at)
                .containsExactly(start, start.plusSeconds(3));
        assertThat(timed.before(2, 1)).extracting(RecordedEvent::at).containsExactly(start);
    }

    @Test
    void notMoreThanAskedForAreReturned() {
        record(log, 5);

        assertThat(Objects.requireNonNull(log.after(1, 2)))
                .extracting(RecordedEvent::sequence)
                .containsExactly(2L, 3L);
    }

    @Test
    void oldestEventsGiveWayToTheNewest() {
        for (int i = 0; i < 35; i++) {
            record(log, 1);
            long last = log.last();
            long first = Math.max(1, last - 9);
            assertThat(sequences(log, first - 1))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(first, last).boxed().toList());
            if (first > 1) {
                assertThat(log.after(first - 2, 1)).isNull();
            }
        }
    }

    @Test
    void longEventsTakeThePlacesOfMany() {
        EventLog small = new EventLog(1000, 10_000, new TestTime());
        record(small, 20);
        assertThat(small.after(0, 100)).hasSize(20);

        small.record(new Event.NotifierDown("n".repeat(4000), ""));
        assertThat(small.after(0, 100)).isNull();
        assertThat(sequences(small, 17)).containsExactly(18L, 19L, 20L, 21L);

        small.record(new Event.NotifierDown("n".repeat(50_000), ""));
        assertThat(sequences(small, 21)).containsExactly(22L);
        assertThat(small.after(20, 1)).isNull();

        record(small, 20);
        assertThat(small.after(22, 100)).hasSize(20);
        assertThat(small.after(21, 100)).isNull();
    }

    @Test
    void changeIsPartOfItsEvent() throws Exception {
        AtomicInteger changes = new AtomicInteger();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            writers.add(
                    Thread.startVirtualThread(() -> {
                        for (int j = 0; j < 2000; j++) {
                            log.record(changes::incrementAndGet, new Event.NotifierUp("notifier"));
                        }
                    }));
        }
        long last = 0;
        while (last < 8000) {
            int before = changes.get();
            last = log.last();
            int after = changes.get();
            assertThat(last).isBetween((long) before, (long) after);
        }
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(changes).hasValue(8000);
    }

    @Test
    void readersAreCalledUntilTheyAreRemoved() {
        AtomicInteger called = new AtomicInteger();
        Runnable reader = called::incrementAndGet;
        record(log, 1);
        log.addReader(reader);
        record(log, 2);
        log.removeReader(reader);
        record(log, 1);

        assertThat(called).hasValue(2);
    }

    private static void record(EventLog log, int count) {
        for (int i = 0; i < count; i++) {
            log.record(new Event.NotifierUp("notifier"));
        }
    }

    private static List<Long> sequences(EventLog log, long after) {
        return Objects.requireNonNull(log.after(after, 1000)).stream()
                .map(RecordedEvent::sequence)
                .toList();
    }
}
