package dev.frontdoor.invocation;

import dev.frontdoor.notifier.DisplayText;

import io.micrometer.core.instrument.Clock;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Logs the failed calls of one notifier: one line each, and the stack trace once a minute at most.
 * A worker can make calls fail as fast as it publishes, so further lines of an interval are
 * counted, and logged as one with the first line after it.
 */
final class FailureLog {

    private static final Logger log = LoggerFactory.getLogger(FailureLog.class);

    /** How many lines are logged in an interval. */
    static final int MAX_LINES = 100;

    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final long STACK_INTERVAL = Duration.ofMinutes(1).toNanos();

    private final String notifier;
    private final Clock clock;
    private final AtomicLong nextStack;
    private long intervalStart;
    private int lines;

    FailureLog(String notifier, Clock clock) {
        this.notifier = notifier;
        this.clock = clock;
        this.nextStack = new AtomicLong(clock.monotonicTime());
    }

    void failed(long pid, CallKind kind, Throwable thrown) {
        long now = clock.monotonicTime();
        if (!countLine(now)) {
            return;
        }
        long next = nextStack.get();
        boolean withStack = now - next >= 0 && nextStack.compareAndSet(next, now + STACK_INTERVAL);
        log.atWarn()
                .setCause(withStack ? thrown : null)
                .log(
                        "{}notifier '{}' failed in {}: {}",
                        subject(pid),
                        notifier,
                        kind.label(),
                        describe(thrown));
    }

    void timedOut(long pid, CallKind kind, Duration timeout) {
        if (countLine(clock.monotonicTime())) {
            log.warn(
                    "{}notifier '{}' exceeded its timeout of {} in {}",
                    subject(pid),
                    notifier,
                    timeout,
                    kind.label());
        }
    }

    private static String subject(long pid) {
        return pid == NotifierCall.NO_PID ? "" : "pid " + pid + ": ";
    }

    /** Counts a line. Returns whether it is logged, too. */
    private synchronized boolean countLine(long now) {
        if (lines == 0 || now - intervalStart >= INTERVAL.toNanos()) {
            int more = lines - MAX_LINES;
            if (more > 0) {
                log.warn(
                        "notifier '{}': {} more calls failed or timed out within {} s",
                        notifier,
                        more,
                        INTERVAL.toSeconds());
            }
            intervalStart = now;
            lines = 0;
        }
        return ++lines <= MAX_LINES;
    }

    private static String describe(Throwable thrown) {
        try {
            return DisplayText.of(thrown.toString());
        } catch (Throwable _) { // of the exception's own getMessage
            return thrown.getClass().getName();
        }
    }
}
