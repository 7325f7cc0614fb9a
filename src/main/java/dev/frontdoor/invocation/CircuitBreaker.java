package dev.frontdoor.invocation;

import dev.frontdoor.invocation.thread.Timeouts;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * Suspends a notifier that has failed many times in a row: it is not called with registrations,
 * except with one now and then, the probe, which finds out whether it works again. Successive
 * failures for one connection count once, so that one worker that tries again and again cannot
 * suspend a notifier. Safe for use by any thread.
 */
final class CircuitBreaker {

    private static final Logger log = LoggerFactory.getLogger(CircuitBreaker.class);

    private static final long NO_PID = 0;

    private final String notifier;
    private final int maxFailures;
    private final Duration probeInterval;
    private final Clock clock;
    private int failures;
    private long lastFailedPid = NO_PID;
    private boolean open;
    private long nextProbe;

    CircuitBreaker(String notifier, int maxFailures, Duration probeInterval, Clock clock) {
        this.notifier = notifier;
        this.maxFailures = maxFailures;
        this.probeInterval = probeInterval;
        this.clock = clock;
    }

    /** Whether the notifier is suspended. */
    synchronized boolean isOpen() {
        return open;
    }

    /** When the next probe may be made; null unless the notifier is suspended. */
    synchronized @Nullable Instant nextProbe() {
        if (!open) {
            return null;
        }
        Duration left = Objects.requireNonNullElse(retryAfter(), Duration.ZERO);
        return Instant.ofEpochMilli(clock.wallTime()).plusMillis(left.toMillis());
    }

    /** The time until a call may be made; null if that is now. */
    synchronized @Nullable Duration retryAfter() {
        long left = open ? nextProbe - clock.monotonicTime() : 0;
        return left <= 0 ? null : Duration.ofNanos(left);
    }

    /** Whether a call may be made now. If it is the probe, the next one has to wait. */
    synchronized boolean tryCall() {
        if (retryAfter() != null) {
            return false;
        }
        scheduleProbe();
        return true;
    }

    /** Takes the result of a call into account. */
    void called(long pid, CallResult result) {
        switch (result) {
            case CallResult.Accepted _, CallResult.Rejected _ -> succeeded();
            case CallResult.Failed _, CallResult.TimedOut _ -> failed(pid);
            // A notifier that does not take the worker has not shown that it works.
            case CallResult.Declined _, CallResult.Skipped _ -> {}
        }
    }

    private synchronized void succeeded() {
        failures = 0;
        lastFailedPid = NO_PID;
        if (open) {
            open = false;
            log.info("notifier '{}' works again", notifier);
        }
    }

    private synchronized void failed(long pid) {
        if (pid == lastFailedPid || open) {
            return;
        }
        lastFailedPid = pid;
        failures++;
        if (failures >= maxFailures) {
            open = true;
            scheduleProbe();
            log.warn(
                    "notifier '{}' failed {} times in a row; it is called with one registration"
                            + " every {} until one succeeds",
                    notifier,
                    failures,
                    probeInterval);
        }
    }

    private void scheduleProbe() {
        if (open) {
            long interval = Timeouts.nanos(probeInterval);
            nextProbe = clock.monotonicTime() + interval;
        }
    }
}
