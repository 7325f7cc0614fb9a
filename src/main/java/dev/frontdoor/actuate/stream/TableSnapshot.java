package dev.frontdoor.actuate.stream;

import dev.frontdoor.event.Event;
import dev.frontdoor.event.EventLog;
import dev.frontdoor.event.RecordedEvent;
import dev.frontdoor.event.WorkerEntry;
import dev.frontdoor.registration.LiveTable;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The table right after one event.
 *
 * <p>The table is read while it changes, without a lock. Each change of it and its event are one
 * step of the log. So what was changed before the reading began has a number up to the last one
 * then, and what was changed during the reading has one of the next numbers. Applied to what was
 * read, these events give the table right after the last of them, whether the reading saw their
 * changes or not.
 *
 * @param sequence the number of that event
 * @param workers newest connection first
 */
record TableSnapshot(long sequence, List<WorkerEntry> workers) {

    /** Reads the table; null if more events came meanwhile than are kept. */
    static @Nullable TableSnapshot of(LiveTable table, EventLog log) {
        long before = log.last();
        SortedMap<Long, WorkerEntry> workers = new TreeMap<>(Comparator.reverseOrder());
        table.newestFirst().forEach(worker -> workers.put(worker.pid(), worker.entry()));
        long last = log.last();
        List<RecordedEvent> meanwhile = log.after(before, Math.toIntExact(last - before));
        if (meanwhile == null) {
            return null;
        }
        for (RecordedEvent recorded : meanwhile) {
            if (recorded.event() instanceof Event.Admitted admitted) {
                workers.put(admitted.worker().pid(), admitted.worker());
            } else if (recorded.event() instanceof Event.Departed departed) {
                workers.remove(departed.worker().pid());
            }
        }
        return new TableSnapshot(last, List.copyOf(workers.values()));
    }
}
