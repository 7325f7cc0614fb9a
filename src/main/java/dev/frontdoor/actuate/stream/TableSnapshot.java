package dev.frontdoor.actuate.stream;

import dev.frontdoor.event.Event;
import dev.frontdoor.event.EventLog;
import dev.frontdoor.event.RecordedEvent;
import dev.frontdoor.event.WorkerEntry;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.LiveWorker;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The table right after one event, newest connection first. Its rows are read in parts, when there
 * is somebody to take them, so that it costs no more than a number for each worker.
 *
 * <p>The table is read while it changes, without a lock. Each change of it and its event are one
 * step of the log. So what was changed before the reading began has a number up to the last one
 * then, and what was changed during the reading has one of the next numbers. Applied to what was
 * read, these events give the table right after the last of them, whether the reading saw their
 * changes or not.
 *
 * <p>The row of a worker that has departed since is in the event of its departure. A row may
 * already show a later registration of its connection, whose event follows. Used by one thread at a
 * time.
 */
final class TableSnapshot {

    /** Rows of one part. */
    private static final int MAX_ROWS = 50;

    /** Bytes of rows after which a part ends. */
    private static final int MAX_SIZE = 32 * 1024;

    private final LiveTable table;
    private final EventLog log;
    private final long sequence;
    private final long[] pids;
    private Map<Long, WorkerEntry> departed = Map.of();
    private int read;

    private TableSnapshot(LiveTable table, EventLog log, long sequence, long[] pids) {
        this.table = table;
        this.log = log;
        this.sequence = sequence;
        this.pids = pids;
    }

    /** Finds out who is in the table; null if more events came meanwhile than are kept. */
    static @Nullable TableSnapshot of(LiveTable table, EventLog log) {
        long before = log.last();
        SortedSet<Long> pids = new TreeSet<>(Comparator.reverseOrder());
        table.newestFirst().forEach(worker -> pids.add(worker.pid()));
        long last = log.last();
        List<RecordedEvent> meanwhile = log.after(before, Math.toIntExact(last - before));
        if (meanwhile == null) {
            return null;
        }
        for (RecordedEvent recorded : meanwhile) {
            if (recorded.event() instanceof Event.Admitted admitted) {
                pids.add(admitted.worker().pid());
            } else if (recorded.event() instanceof Event.Departed departed) {
                pids.remove(departed.worker().pid());
            }
        }
        return new TableSnapshot(
                table, log, last, pids.stream().mapToLong(Long::longValue).toArray());
    }

    /** The number of the event after which the table was so. */
    long sequence() {
        return sequence;
    }

    /** How many rows have not been read. */
    int remaining() {
        return pids.length - read;
    }

    /** Reads the next rows; null if more events came since the snapshot than are kept. */
    @Nullable List<WorkerEntry> next() {
        List<WorkerEntry> rows = new ArrayList<>();
        int size = 0;
        while (read < pids.length && rows.size() < MAX_ROWS && size < MAX_SIZE) {
            WorkerEntry row = row(pids[read]);
            if (row == null) {
                return null;
            }
            rows.add(row);
            size += row.size();
            read++;
        }
        departed = Map.of();
        return rows;
    }

    private @Nullable WorkerEntry row(long pid) {
        LiveWorker worker = table.find(pid).orElse(null);
        if (worker != null) {
            return worker.entry();
        }
        if (!departed.containsKey(pid)) {
            departed = departedSince();
        }
        return departed.get(pid);
    }

    private Map<Long, WorkerEntry> departedSince() {
        Map<Long, WorkerEntry> workers = new HashMap<>();
        List<RecordedEvent> since = log.after(sequence, Integer.MAX_VALUE);
        if (since != null) {
            for (RecordedEvent recorded : since) {
                if (recorded.event() instanceof Event.Departed departure) {
                    workers.put(departure.worker().pid(), departure.worker());
                }
            }
        }
        return workers;
    }
}
