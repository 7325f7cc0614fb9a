package dev.frontdoor.event;

import io.micrometer.core.instrument.Clock;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How many workers were admitted, rejected and lost in each short interval of the last quarter of
 * an hour. It takes the same few bytes however much happens. Used by any thread.
 */
public final class EventRates {

    /** The length of an interval. */
    public static final Duration INTERVAL = Duration.ofSeconds(10);

    /** How many intervals are kept, the current one included. */
    static final int KEPT = 91;

    private final Clock clock;
    private final long[] admitted = new long[KEPT];
    private final long[] rejected = new long[KEPT];
    private final long[] departed = new long[KEPT];

    /** The number of the current interval. */
    private long current;

    EventRates(Clock clock) {
        this.clock = clock;
        current = now();
    }

    synchronized void count(Event event) {
        advance();
        switch (event) {
            case Event.Admitted _ -> admitted[slot(current)]++;
            case Event.Rejected _ -> rejected[slot(current)]++;
            case Event.Departed _ -> departed[slot(current)]++;
            case Event.Replaced _, Event.Evicted _, Event.Drain _, Event.Changed _ -> {}
            case Event.NotifierDown _, Event.NotifierUp _ -> {}
        }
    }

    /** The intervals that are kept, oldest first; the last one is not over. */
    public synchronized List<Interval> intervals() {
        advance();
        long age = clock.monotonicTime() - current * INTERVAL.toNanos();
        Instant begin = Instant.ofEpochMilli(clock.wallTime() - age / 1_000_000);
        List<Interval> intervals = new ArrayList<>();
        for (long number = current - KEPT + 1; number <= current; number++) {
            int slot = slot(number);
            intervals.add(
                    new Interval(
                            begin.minus(INTERVAL.multipliedBy(current - number)),
                            admitted[slot],
                            rejected[slot],
                            departed[slot]));
        }
        return intervals;
    }

    private void advance() {
        long now = now();
        for (long number = Math.max(current + 1, now - KEPT + 1); number <= now; number++) {
            int slot = slot(number);
            admitted[slot] = 0;
            rejected[slot] = 0;
            departed[slot] = 0;
        }
        current = now;
    }

    private long now() {
        return Math.floorDiv(clock.monotonicTime(), INTERVAL.toNanos());
    }

    private static int slot(long number) {
        return Math.floorMod(number, KEPT);
    }

    /**
     * What happened in one interval.
     *
     * @param from when it began
     * @param admitted registrations that were accepted
     * @param rejected registrations that were rejected
     * @param departed connections that ended
     */
    public record Interval(Instant from, long admitted, long rejected, long departed) {}
}
