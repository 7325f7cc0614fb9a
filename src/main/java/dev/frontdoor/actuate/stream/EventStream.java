package dev.frontdoor.actuate.stream;

import dev.frontdoor.actuate.access.Operator;
import dev.frontdoor.event.EventLog;
import dev.frontdoor.event.RecordedEvent;
import dev.frontdoor.event.WorkerEntry;

import org.jspecify.annotations.Nullable;

import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * What one reader gets: a beginning, then all events after it, read from the log when the reader
 * can take them. So a slow reader costs no memory. Once the log no longer has its next event, the
 * stream ends with an event that says so. Its state belongs to the thread of the executor.
 */
final class EventStream {

    /** Characters after which a chunk is sent. */
    private static final int CHUNK_LENGTH = 4096;

    /** Events that are read from the log at once. */
    private static final int BATCH = 32;

    private final EventLog log;
    private final EventText text;
    private final ScheduledExecutorService executor;
    private final Duration commentInterval;
    private final Runnable onEvent = this::wake;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Queue<Supplier<String>> beginning = new ArrayDeque<>();
    private @Nullable Supplier<@Nullable TableSnapshot> table;
    private @Nullable TableSnapshot snapshot;
    private long cursor;
    private @Nullable MonoSink<String> waiting;
    private @Nullable Future<?> comment;
    private final Operator operator;
    private boolean stopping;

    /** Why the reader may not read the stream any longer; null if they may. */
    private @Nullable String lapsed;

    private volatile boolean ended;

    /**
     * A stream.
     *
     * @param commentInterval how long it may be silent
     * @param operator its reader
     * @param cursor the number of the last event before it
     */
    EventStream(
            EventLog log,
            EventText text,
            ScheduledExecutorService executor,
            Duration commentInterval,
            Operator operator,
            long cursor) {
        this.log = log;
        this.text = text;
        this.executor = executor;
        this.commentInterval = commentInterval;
        this.operator = operator;
        this.cursor = cursor;
        log.addReader(onEvent);
    }

    /** Begins with this event. */
    EventStream beginWith(Supplier<String> event) {
        beginning.add(event);
        return this;
    }

    /** Continues with the table. */
    EventStream with(Supplier<@Nullable TableSnapshot> snapshotOfTable) {
        table = snapshotOfTable;
        return this;
    }

    /** The next part of the stream, once there is one. Called again when it was taken. */
    Mono<String> next() {
        return Mono.create(sink -> executor.execute(() -> await(sink)));
    }

    /** Whether there is no next part. */
    boolean hasEnded() {
        return ended;
    }

    /** Ends the stream after the events so far, with one that says why. */
    void stop() {
        executor.execute(() -> {
            stopping = true;
            deliver();
        });
    }

    /** Ends the stream at once, with an event that says why, if its reader may not read it now. */
    void endIfLapsed(long now) {
        String reason = operator.lapse(now);
        if (reason != null) {
            executor.execute(() -> {
                lapsed = reason;
                deliver();
            });
        }
    }

    /** The reader has left, or everything was sent. */
    void close() {
        log.removeReader(onEvent);
        ended = true;
        executor.execute(this::deliver);
    }

    private void wake() {
        if (woken.compareAndSet(false, true)) {
            executor.execute(() -> {
                woken.set(false);
                deliver();
            });
        }
    }

    private void await(MonoSink<String> sink) {
        waiting = sink;
        comment =
                executor.schedule(
                        () -> complete(EventText.COMMENT),
                        commentInterval.toNanos(),
                        TimeUnit.NANOSECONDS);
        deliver();
    }

    private void deliver() {
        MonoSink<String> sink = waiting;
        if (sink == null) {
            return;
        }
        try {
            if (ended) {
                complete(null);
            } else {
                String part = part();
                if (!part.isEmpty()) {
                    complete(part);
                }
            }
        } catch (Throwable e) {
            ended = true;
            waiting = null;
            sink.error(e);
        }
    }

    private void complete(@Nullable String part) {
        MonoSink<String> sink = waiting;
        Future<?> silence = comment;
        waiting = null;
        if (silence != null) {
            silence.cancel(false);
        }
        if (sink != null) {
            sink.success(part);
        }
    }

    /** What can be sent now; empty if there is nothing. */
    private String part() {
        String why = lapsed;
        if (why != null) {
            ended = true;
            return text.unauthorized(why);
        }
        Supplier<String> first = beginning.poll();
        if (first != null) {
            return first.get();
        }
        Supplier<@Nullable TableSnapshot> next = table;
        if (next != null) {
            table = null;
            return begin(next.get());
        }
        TableSnapshot begun = snapshot;
        if (begun != null) {
            return rows(begun);
        }
        StringBuilder part = new StringBuilder();
        while (part.length() < CHUNK_LENGTH) {
            List<RecordedEvent> events = log.after(cursor, BATCH);
            if (events == null) {
                return part.append(lagged()).toString();
            }
            if (events.isEmpty()) {
                break;
            }
            for (RecordedEvent event : events) {
                if (part.length() < CHUNK_LENGTH) {
                    part.append(text.event(event));
                    cursor = event.sequence();
                }
            }
        }
        if (stopping && part.isEmpty()) {
            ended = true;
            part.append(text.stopping());
        }
        return part.toString();
    }

    private String lagged() {
        ended = true;
        return text.lagged(cursor, log.last());
    }

    private String begin(@Nullable TableSnapshot rows) {
        if (rows == null) {
            return lagged();
        }
        snapshot = rows;
        cursor = rows.sequence();
        return rows(rows);
    }

    private String rows(TableSnapshot begun) {
        List<WorkerEntry> rows = begun.next();
        if (rows == null) {
            snapshot = null;
            return lagged();
        }
        int remaining = begun.remaining();
        if (remaining > 0) {
            return text.snapshot(null, rows, remaining);
        }
        snapshot = null;
        return text.snapshot(cursor, rows, 0);
    }
}
