package dev.frontdoor.invocation;

import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.logging.RepeatedLines.Kind;
import dev.frontdoor.notifier.DisplayText;

import io.micrometer.core.instrument.Clock;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Logs the failed calls of one notifier: one line each, and the stack trace once a minute at most.
 * A worker can make calls fail as fast as it publishes, so lines that repeat are summarized.
 */
final class FailureLog {

    private static final Logger log = LoggerFactory.getLogger(FailureLog.class);

    private static final long STACK_INTERVAL = Duration.ofMinutes(1).toNanos();

    private final String notifier;
    private final RepeatedLines lines;
    private final Clock clock;
    private final AtomicLong nextStack;

    FailureLog(String notifier, RepeatedLines lines, Clock clock) {
        this.notifier = notifier;
        this.lines = lines;
        this.clock = clock;
        this.nextStack = new AtomicLong(clock.monotonicTime());
    }

    void failed(long pid, CallKind kind, Throwable thrown) {
        log("failed calls", () -> logFailed(pid, kind, thrown));
    }

    void timedOut(long pid, CallKind kind, Duration timeout) {
        log(
                "calls beyond their timeout",
                () ->
                        log.warn(
                                "{}notifier '{}' exceeded its timeout of {} in {}",
                                subject(pid),
                                notifier,
                                timeout,
                                kind.label()));
    }

    void restoreFailed(long pid) {
        log(
                "failures to restore a registration",
                () ->
                        log.error(
                                "pid {}: notifier '{}' could not be restored to the earlier"
                                        + " registration",
                                pid,
                                notifier));
    }

    private void log(String what, Runnable line) {
        lines.log(Kind.FAILURE, what, "notifier '" + notifier + "'", line);
    }

    private void logFailed(long pid, CallKind kind, Throwable thrown) {
        long now = clock.monotonicTime();
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

    private static String subject(long pid) {
        return pid == NotifierCall.NO_PID ? "" : "pid " + pid + ": ";
    }

    private static String describe(Throwable thrown) {
        try {
            return DisplayText.of(thrown.toString());
        } catch (Throwable _) { // of the exception's own getMessage
            return thrown.getClass().getName();
        }
    }
}
