package dev.frontdoor.event;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The latest events, in the order in which they happened. An event is recorded in one step with the
 * change that it describes, so that whoever reads the last number knows which changes came before
 * it. Bounded in number and bytes: the oldest events give way. Used by any thread; what runs under
 * its lock is short.
 */
public final class EventLog {

    /** More than what an event takes up without its texts. */
    private static final int OVERHEAD = 200;

    private final @Nullable Event[] ring;

    /** When each event in the ring was recorded, in milliseconds. */
    private final long[] times;

    /** About how many bytes each event in the ring takes up. */
    private final int[] sizes;

    private final long maxBytes;
    private final Clock clock;
    private final EventRates rates;
    private final List<Runnable> readers = new CopyOnWriteArrayList<>();
    private long bytes;

    /** The number of the oldest event that is kept; one more than the last if there is none. */
    private long first = 1;

    private long last;

    /**
     * An empty log.
     *
     * @param maxEvents how many events are kept
     * @param maxBytes about how many bytes they may take up
     */
    public EventLog(int maxEvents, long maxBytes, Clock clock) {
        this.ring = new Event[maxEvents];
        this.times = new long[maxEvents];
        this.sizes = new int[maxEvents];
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.rates = new EventRates(clock);
    }

    /** Records an event. */
    public void record(Event event) {
        record(() -> {}, event);
    }

    /**
     * Makes a change and records its event, in one step.
     *
     * @param change short; it calls nothing that waits
     */
    public void record(Runnable change, Event event) {
        long now = clock.wallTime();
        int size = OVERHEAD + event.size();
        synchronized (this) {
            change.run();
            append(event, now, size);
        }
        rates.count(event);
        for (Runnable reader : readers) {
            reader.run();
        }
    }

    /** The number of the last event; 0 before the first. */
    public synchronized long last() {
        return last;
    }

    /**
     * The events after one, in order.
     *
     * @param sequence the number of an event, at most {@link #last}
     * @param max how many events to return at most
     * @return null if some of them are no longer kept
     */
    public synchronized @Nullable List<RecordedEvent> after(long sequence, int max) {
        if (sequence + 1 < first) {
            return null;
        }
        long end = Math.min(last, sequence + max);
        List<RecordedEvent> events = new ArrayList<>((int) (end - sequence));
        for (long next = sequence + 1; next <= end; next++) {
            addTo(events, next);
        }
        return events;
    }

    /**
     * The events before one, newest first.
     *
     * @param sequence the number of an event, which need not exist
     * @param max how many events to return at most; fewer are returned if the others are no longer
     *     kept
     */
    public synchronized List<RecordedEvent> before(long sequence, int max) {
        List<RecordedEvent> events = new ArrayList<>();
        for (long next = Math.min(last, sequence - 1);
                next >= first && events.size() < max;
                next--) {
            addTo(events, next);
        }
        return events;
    }

    /** How many events of some kinds there were lately. */
    public EventRates rates() {
        return rates;
    }

    /**
     * Adds a reader.
     *
     * @param onEvent called after each event, by whoever has recorded it; it does not wait
     */
    public void addReader(Runnable onEvent) {
        readers.add(onEvent);
    }

    /** Removes a reader that was added. */
    public void removeReader(Runnable onEvent) {
        readers.remove(onEvent);
    }

    private void addTo(List<RecordedEvent> events, long sequence) {
        int slot = slot(sequence);
        Event event = ring[slot];
        if (event != null) {
            events.add(new RecordedEvent(sequence, Instant.ofEpochMilli(times[slot]), event));
        }
    }

    private void append(Event event, long now, int size) {
        last++;
        bytes += size;
        while (last - first >= ring.length || (bytes > maxBytes && first < last)) {
            bytes -= sizes[slot(first)];
            ring[slot(first)] = null;
            first++;
        }
        ring[slot(last)] = event;
        times[slot(last)] = now;
        sizes[slot(last)] = size;
    }

    private int slot(long sequence) {
        return (int) (sequence % ring.length);
    }
}
