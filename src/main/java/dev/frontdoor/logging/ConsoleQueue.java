package dev.frontdoor.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;

import io.micrometer.core.instrument.Clock;

import org.slf4j.event.KeyValuePair;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes log lines from any thread without waiting, and writes them to the console on a thread of
 * its own. Lines beyond the size of the queue are dropped and counted. Their number is logged once
 * the console takes lines again, at most every 10 s while it stays too slow.
 */
final class ConsoleQueue extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(10);

    /** How long the writer lets lines gather once it has written all. */
    private static final Duration PAUSE = Duration.ofMillis(10);

    /** Bytes of one line without its text, and of one stack frame. */
    private static final long LINE_OVERHEAD = 512;

    private static final int FRAME_SIZE = 64;

    /** The last element of the queue. */
    private static final ILoggingEvent END = new LoggingEvent();

    private final Appender<ILoggingEvent> console;
    private final long maxSize;
    private final Duration flushTimeout;
    private final Clock clock;
    private final BlockingQueue<ILoggingEvent> queue = new LinkedBlockingQueue<>();
    private final AtomicLong size = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final Thread writer;

    /** Used by the writer only. */
    private long reported;

    private long reportedAt;

    /**
     * Creates a queue, which takes its name and context from the console.
     *
     * @param console started; it is stopped with the queue
     * @param maxSize bytes of the waiting lines
     * @param flushTimeout how long a stop waits for the waiting lines
     */
    ConsoleQueue(
            Appender<ILoggingEvent> console, long maxSize, Duration flushTimeout, Clock clock) {
        this.console = console;
        this.maxSize = maxSize;
        this.flushTimeout = flushTimeout;
        this.clock = clock;
        this.reportedAt = clock.monotonicTime() - REPORT_INTERVAL.toNanos();
        this.writer = Thread.ofPlatform().daemon().name("console-writer").unstarted(this::write);
        setName(console.getName());
        setContext(console.getContext());
    }

    /** The number of lines that were dropped. */
    long dropped() {
        return dropped.get();
    }

    /** Bytes of the lines that are not written yet. */
    long waiting() {
        return size.get();
    }

    @Override
    public void start() {
        super.start();
        writer.start();
    }

    /** Writes the waiting lines; those that the console does not take in time are lost. */
    @Override
    public void stop() {
        if (!isStarted()) {
            return;
        }
        super.stop();
        queue.add(END);
        try {
            // A console that still blocks would block its stop too.
            if (writer.join(flushTimeout)) {
                console.stop();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        ILoggingEvent line = EscapedLine.of(event);
        long added = sizeOf(line);
        if (size.addAndGet(added) > maxSize) {
            size.addAndGet(-added);
            dropped.incrementAndGet();
        } else {
            queue.add(line);
        }
    }

    private void write() {
        try {
            for (ILoggingEvent next = nextLine(); !next.equals(END); next = nextLine()) {
                write(next);
                reportDropped();
                size.addAndGet(-sizeOf(next));
            }
        } catch (InterruptedException e) {
            addError("the console writer was interrupted", e);
        }
    }

    /** Waits for a line. While lines come often, nobody has to wake this thread for each. */
    private ILoggingEvent nextLine() throws InterruptedException {
        ILoggingEvent line = queue.poll();
        if (line == null) {
            LockSupport.parkNanos(this, PAUSE.toNanos());
            line = queue.poll();
        }
        return line == null ? queue.take() : line;
    }

    private void write(ILoggingEvent line) {
        try {
            console.doAppend(line);
        } catch (RuntimeException e) {
            dropped.incrementAndGet();
            addError("a log line could not be written", e);
        }
    }

    private void reportDropped() {
        long total = dropped.get();
        long now = clock.monotonicTime();
        boolean due = queue.isEmpty() || now - reportedAt >= REPORT_INTERVAL.toNanos();
        if (total > reported && due) {
            write(report(total - reported));
            reported = total;
            reportedAt = now;
        }
    }

    private ILoggingEvent report(long lines) {
        return new LoggingEvent(
                null,
                ((LoggerContext) getContext()).getLogger(ConsoleQueue.class),
                Level.WARN,
                "{} log lines were dropped because the console did not take them in time",
                null,
                new Object[] {lines});
    }

    private static long sizeOf(ILoggingEvent line) {
        long size = LINE_OVERHEAD + line.getFormattedMessage().length();
        for (String value : line.getMDCPropertyMap().values()) {
            size += value.length();
        }
        List<KeyValuePair> pairs = line.getKeyValuePairs();
        if (pairs != null) {
            for (KeyValuePair pair : pairs) {
                size += String.valueOf(pair.value).length();
            }
        }
        for (IThrowableProxy thrown = line.getThrowableProxy();
                thrown != null;
                thrown = thrown.getCause()) {
            size += (long) FRAME_SIZE * thrown.getStackTraceElementProxyArray().length;
            size += String.valueOf(thrown.getMessage()).length();
        }
        return size;
    }
}
