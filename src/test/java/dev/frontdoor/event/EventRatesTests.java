package dev.frontdoor.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.event.EventRates.Interval;
import dev.frontdoor.test.server.ManualTime;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What happened in each interval. */
class EventRatesTests {

    private static final Event REJECTED =
            new Event.Rejected(1, "worker-1", "127.0.0.1:1", "rejected", "no room");

    private final ManualTime time = new ManualTime();
    private final EventLog log = new EventLog(10, 1 << 20, time);

    @Test
    void intervalsCoverAQuarterOfAnHourFromTheStart() {
        List<Interval> intervals = log.rates().intervals();

        assertThat(intervals).hasSize(91);
        assertThat(Duration.between(from(intervals, 0), from(intervals, 90)))
                .isEqualTo(Duration.ofMinutes(15));
        assertThat(intervals).allSatisfy(interval -> assertThat(interval.rejected()).isZero());
    }

    @Test
    void eventCountsInTheIntervalInWhichItHappened() {
        log.record(REJECTED);
        time.advance(EventRates.INTERVAL);
        log.record(REJECTED);
        log.record(REJECTED);

        assertThat(rejected()).endsWith(0L, 1L, 2L);
        time.advance(EventRates.INTERVAL.multipliedBy(3));
        assertThat(rejected()).endsWith(0L, 1L, 2L, 0L, 0L, 0L);
    }

    @Test
    void whatIsOlderIsForgotten() {
        log.record(REJECTED);
        time.pause(EventRates.INTERVAL.multipliedBy(90));
        assertThat(rejected()).startsWith(1L, 0L);

        time.pause(EventRates.INTERVAL);
        assertThat(rejected()).containsOnly(0L);
    }

    @Test
    void longPauseForgetsEverything() {
        log.record(REJECTED);
        time.pause(EventRates.INTERVAL.multipliedBy(91 * 5 + 3));

        assertThat(rejected()).containsOnly(0L);
    }

    @Test
    void eventsThatAreNoLongerKeptStillCount() {
        for (int i = 0; i < 100; i++) {
            log.record(REJECTED);
        }

        assertThat(rejected()).endsWith(100L);
    }

    @Test
    void eventOfAnotherKindIsNotCounted() {
        log.record(new Event.NotifierUp("first"));

        assertThat(log.rates().intervals().getLast())
                .extracting(Interval::admitted, Interval::rejected, Interval::departed)
                .containsExactly(0L, 0L, 0L);
    }

    private List<Long> rejected() {
        return log.rates().intervals().stream().map(Interval::rejected).toList();
    }

    private static Instant from(List<Interval> intervals, int index) {
        return intervals.get(index).from();
    }
}
