package dev.frontdoor.actuate.stream;

import dev.frontdoor.actuate.access.Operator;
import dev.frontdoor.event.EventLog;
import dev.frontdoor.event.EventProperties;
import dev.frontdoor.registration.LiveTable;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The open streams of events. They end once the drain before a stop is over, so that their readers
 * see it, and before the management port closes. Used by any thread.
 */
final class EventStreams implements SmartLifecycle {

    /** How long a stream may outlive the credentials of its reader. */
    static final Duration LAPSE_INTERVAL = Duration.ofSeconds(1);

    /** How long a stop waits for readers to take what is left. */
    private static final long STOP_TIMEOUT = 1000;

    private final EventLog log;
    private final LiveTable table;
    private final EventText text;
    private final EventProperties properties;
    private final ScheduledExecutorService executor;
    private final Counter refused;
    private final Set<EventStream> open = new HashSet<>();
    private int openOfFleet;
    private boolean running;

    /** Completes when the service stops; ends the streams of the fleet. */
    private Sinks.Empty<Void> stopping = Sinks.empty();

    /** Completes when no stream is open; set while the service stops. */
    private @Nullable CompletableFuture<@Nullable Void> allClosed;

    EventStreams(
            EventLog log,
            LiveTable table,
            EventText text,
            EventProperties properties,
            ScheduledExecutorService executor,
            MeterRegistry meters) {
        this.log = log;
        this.table = table;
        this.text = text;
        this.properties = properties;
        this.executor = executor;
        Gauge.builder("frontdoor.events.streams", this, EventStreams::count)
                .description("Open streams of events")
                .register(meters);
        refused =
                Counter.builder("frontdoor.events.streams.refused")
                        .description("Streams of events beyond frontdoor.events.max-streams")
                        .register(meters);
    }

    /**
     * Opens a stream, which must be closed.
     *
     * @param operator its reader, while their credentials count
     * @param lastId the id of the last event that the reader has; null for a stream that begins now
     * @param withTable whether it begins with the table, unless it resumes
     * @return null if there are too many streams, or if the service is stopping
     */
    synchronized @Nullable EventStream open(
            Operator operator, @Nullable String lastId, boolean withTable) {
        if (isFull()) {
            refused.increment();
            return null;
        }
        long last = log.last();
        Long known = lastId == null ? null : text.ids().sequence(lastId);
        String fault = lastId == null ? null : fault(known, last);
        boolean resumes = lastId != null && fault == null;
        long begin = known != null && resumes ? known : last;
        EventStream stream =
                new EventStream(log, text, executor, properties.commentInterval(), operator, begin);
        Long id = withTable ? null : last;
        if (resumes) {
            stream.beginWith(() -> EventText.COMMENT);
        } else if (fault == null) {
            stream.beginWith(() -> text.opened(id, last));
        } else {
            stream.beginWith(() -> text.reset(id, last, fault));
        }
        if (withTable && !resumes) {
            stream.with(() -> TableSnapshot.of(table, log));
        }
        open.add(stream);
        return stream;
    }

    /**
     * Opens a stream of the fleet, which {@link #closeOfFleet} must close.
     *
     * @return what ends it; null if there are too many streams, or if the service is stopping
     */
    synchronized @Nullable Mono<Void> openOfFleet() {
        if (isFull()) {
            refused.increment();
            return null;
        }
        openOfFleet++;
        return stopping.asMono();
    }

    /** A stream of the fleet is over. */
    synchronized void closeOfFleet() {
        openOfFleet--;
    }

    private boolean isFull() {
        return !running || open.size() + openOfFleet >= properties.maxStreams();
    }

    /** Why a stream cannot resume; null if it can. */
    private @Nullable String fault(@Nullable Long known, long last) {
        if (known == null || known > last) {
            return "the id in Last-Event-ID is not of this process, so events may be missing";
        }
        return log.after(known, 0) == null
                ? "the events after the id in Last-Event-ID are no longer kept"
                : null;
    }

    /**
     * Ends the streams whose readers' credentials do not count any longer.
     *
     * @param now the date in milliseconds since 1970
     */
    synchronized void endLapsed(long now) {
        open.forEach(stream -> stream.endIfLapsed(now));
    }

    /** A stream is over. */
    void close(EventStream stream) {
        stream.close();
        CompletableFuture<@Nullable Void> waiting;
        synchronized (this) {
            open.remove(stream);
            waiting = open.isEmpty() ? allClosed : null;
        }
        if (waiting != null) {
            waiting.complete(null);
        }
    }

    private synchronized int count() {
        return open.size() + openOfFleet;
    }

    @Override
    public synchronized void start() {
        allClosed = null;
        stopping = Sinks.empty();
        running = true;
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public void stop(Runnable callback) {
        CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
        synchronized (this) {
            running = false;
            Sinks.EmitResult _ = stopping.tryEmitEmpty();
            allClosed = closed;
            open.forEach(EventStream::stop);
            if (open.isEmpty()) {
                closed.complete(null);
            }
        }
        var _ =
                closed.completeOnTimeout(null, STOP_TIMEOUT, TimeUnit.MILLISECONDS)
                        .thenRun(callback);
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }

    /** Right after the drain. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }
}
