package dev.frontdoor.auth;

import dev.frontdoor.auth.AuthenticationResult.Unavailable;
import dev.frontdoor.invocation.thread.PlatformThreads;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.logging.RepeatedLines.Kind;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Checks that take time: a bounded number runs at once, on threads of their own, and a bounded
 * number waits. Each has a time limit, the wait included. One that exceeds it is interrupted, and
 * keeps its thread until it ends. Used by any thread.
 */
final class TimedChecks {

    private static final Logger log = LoggerFactory.getLogger(TimedChecks.class);

    private final String name;
    private final PlatformThreads threads;
    private final Timeouts timeouts;
    private final AuthProperties properties;
    private final CheckRecord record;
    private final RepeatedLines lines;
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * No checks yet.
     *
     * @param name what the threads and the log call whatever checks
     */
    TimedChecks(
            String name,
            AuthProperties properties,
            CheckRecord record,
            Timeouts timeouts,
            RepeatedLines lines) {
        this.name = name;
        this.threads = new PlatformThreads(name, properties.maxConcurrentChecks());
        this.timeouts = timeouts;
        this.properties = properties;
        this.record = record;
        this.lines = lines;
    }

    /** How many run, those beyond their time limit included. */
    int running() {
        return threads.busy();
    }

    /** Whether they can be made. */
    CheckRecord record() {
        return record;
    }

    /** How many wait for a thread. */
    int waiting() {
        return waiting.get();
    }

    /**
     * Makes a check on another thread.
     *
     * @param awaited whether somebody still waits for the result when its turn comes
     * @param onResult gets the result, once, on another thread
     * @return null if the check was begun; the result if it cannot be made
     */
    @Nullable AuthenticationResult begin(
            Attempt attempt, BooleanSupplier awaited, Consumer<AuthenticationResult> onResult) {
        TimedCheck timed = new TimedCheck(this, attempt, awaited, onResult);
        if (!queue(timed)) {
            return new Unavailable();
        }
        timed.startTimeout(timeouts, properties.timeout());
        return null;
    }

    /** Lets a check wait for a thread; false if it cannot. */
    boolean queue(TimedCheck check) {
        if (waiting.incrementAndGet() > properties.maxWaitingChecks()) {
            waiting.decrementAndGet();
            refused("checks beyond the limit", "too many checks wait for a thread");
            return false;
        }
        try {
            threads.execute(check);
            return true;
        } catch (RejectedExecutionException e) {
            waiting.decrementAndGet();
            refused("checks without a thread", "the system has no thread left");
            return false;
        }
    }

    /** A check has a thread, or will never have one. */
    void leftQueue() {
        waiting.decrementAndGet();
    }

    /** Takes a check out of the queue; false if it has a thread. */
    boolean remove(TimedCheck check) {
        return threads.remove(check);
    }

    /**
     * A check found out nothing.
     *
     * @param error what everybody may know: the class of what was thrown, for instance
     * @param how what the log says
     */
    void failed(String error, String how) {
        record.failed(error);
        warn("failed checks", "failed: " + how);
    }

    /**
     * A check has exceeded its time limit.
     *
     * @param neededThread whether it had a thread or waited for one, and not for something else
     */
    void timedOut(boolean neededThread) {
        if (neededThread) {
            record.failed("no return within " + properties.timeout());
        }
        warn("checks beyond their timeout", "exceeded its timeout of " + properties.timeout());
    }

    private void refused(String what, String line) {
        record.failed(line);
        warn(what, line);
    }

    /** Logs why checks cannot be made. */
    void warn(String what, String line) {
        lines.log(Kind.FAILURE, what, name, () -> log.warn("{}: {}", name, line));
    }

    /** What a check does with its thread. */
    @FunctionalInterface
    interface Attempt {

        /**
         * Makes an attempt.
         *
         * @param resume run by any thread to let the check make another attempt
         * @return the result; null if there is none before another attempt
         */
        @Nullable AuthenticationResult make(Runnable resume);
    }
}
