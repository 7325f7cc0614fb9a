package dev.frontdoor.connection.drain;

import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.WorkerLink;

import io.micrometer.core.instrument.Clock;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * One drain or eviction in progress: closes connections as they are due, then waits for what
 * follows. Used by one thread at a time.
 */
final class CloseRun {

    /** How long what follows from the closes may take after the last of them. */
    static final Duration SETTLE_TIMEOUT = Duration.ofSeconds(10);

    private static final long LOG_INTERVAL = TimeUnit.SECONDS.toNanos(1);

    private final ClosedGroup group;
    private final ClosePace pace;
    private final PushService pushes;
    private final Clock clock;
    private final RandomGenerator random;
    private final Future<?> announced;
    private final long start;
    private final Deque<Candidate> scheduled = new ArrayDeque<>();
    private final List<Candidate> due = new ArrayList<>();
    private boolean closing;
    private long nextLog;
    private long settleDeadline = Long.MAX_VALUE;

    /**
     * A run that starts now.
     *
     * @param announced done when the notifiers know of it; the first close waits for that
     */
    CloseRun(
            ClosedGroup group,
            ClosePace pace,
            PushService pushes,
            Clock clock,
            RandomGenerator random,
            Future<?> announced) {
        this.group = group;
        this.pace = pace;
        this.pushes = pushes;
        this.clock = clock;
        this.random = random;
        this.announced = announced;
        this.start = clock.monotonicTime();
    }

    /** Does what is due now. Returns whether the run is over. */
    boolean advance() {
        long now = clock.monotonicTime() - start;
        if (settleDeadline == Long.MAX_VALUE) {
            if (!announced.isDone()) {
                return false;
            }
            if (!closing) {
                closing = true;
                schedule(now);
            }
            closeDue(now);
            logProgress(now);
            if (now < nanos(pace.longest()) && !group.isEmpty()) {
                return false;
            }
            settleDeadline = now + SETTLE_TIMEOUT.toNanos();
        }
        group.open().forEach(this::close);
        boolean settled = group.isSettled();
        if (!settled && now < settleDeadline) {
            return false;
        }
        if (!settled) {
            group.logUnsettled();
        }
        return true;
    }

    /** Spreads the closes over what is left of the window. */
    private void schedule(long now) {
        List<WorkerLink> open = group.open();
        Collections.shuffle(open, random);
        Duration left = pace.window().minusNanos(now);
        long[] moments =
                CloseSchedule.moments(
                        open.size(),
                        left.isNegative() ? Duration.ZERO : left,
                        pace.maxPerSecond(),
                        random);
        for (int i = 0; i < moments.length; i++) {
            scheduled.add(new Candidate(open.get(i), now + moments[i]));
        }
    }

    private void closeDue(long now) {
        while (!scheduled.isEmpty() && scheduled.getFirst().moment <= now) {
            due.add(scheduled.removeFirst());
        }
        if (scheduled.isEmpty() && due.isEmpty()) {
            // Those whose upgrade was in progress when a drain began.
            group.open().forEach(late -> due.add(new Candidate(late, now)));
        }
        due.removeIf(candidate -> closeUnlessBusy(candidate, now));
    }

    private boolean closeUnlessBusy(Candidate candidate, long now) {
        boolean busy = pushes.pending(candidate.connection.pid()) > 0;
        if (busy && now - candidate.moment < nanos(pace.grace())) {
            return false;
        }
        close(candidate.connection);
        return true;
    }

    private void logProgress(long now) {
        if (now >= nextLog) {
            nextLog = now + LOG_INTERVAL;
            group.logProgress();
        }
    }

    private void close(WorkerLink connection) {
        if (group.isInForce()) {
            connection.close(group.cause());
        }
    }

    private static long nanos(Duration duration) {
        return TimeUnit.NANOSECONDS.convert(duration);
    }

    /** A connection, and the moment at which it is due. */
    private record Candidate(WorkerLink connection, long moment) {}
}
