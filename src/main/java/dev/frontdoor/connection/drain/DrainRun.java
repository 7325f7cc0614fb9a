package dev.frontdoor.connection.drain;

import dev.frontdoor.connection.Connections;
import dev.frontdoor.connection.WorkerConnection;
import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.RegistrationService;

import io.micrometer.core.instrument.Clock;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * One drain in progress: closes connections as they are due, then waits for the unregister calls.
 * Used by one thread at a time.
 */
final class DrainRun {

    private static final Logger log = LoggerFactory.getLogger(DrainRun.class);

    /** How long unregister calls may take after the last close. */
    static final Duration UNREGISTER_TIMEOUT = Duration.ofSeconds(10);

    private static final long LOG_INTERVAL = TimeUnit.SECONDS.toNanos(1);

    private final DrainProperties properties;
    private final Connections connections;
    private final RegistrationService registrations;
    private final PushService pushes;
    private final Clock clock;
    private final RandomGenerator random;
    private final Future<?> announced;
    private final BooleanSupplier inForce;
    private final long start;
    private final Deque<Candidate> scheduled = new ArrayDeque<>();
    private final List<Candidate> due = new ArrayList<>();
    private boolean closing;
    private long nextLog;
    private long unregisterDeadline = Long.MAX_VALUE;

    /**
     * A drain that starts now.
     *
     * @param announced done when the notifiers know of it; the first close waits for that
     * @param inForce false once the drain has been canceled: no further connection is closed
     */
    DrainRun(
            DrainProperties properties,
            Connections connections,
            RegistrationService registrations,
            PushService pushes,
            Clock clock,
            RandomGenerator random,
            Future<?> announced,
            BooleanSupplier inForce) {
        this.properties = properties;
        this.connections = connections;
        this.registrations = registrations;
        this.pushes = pushes;
        this.clock = clock;
        this.random = random;
        this.announced = announced;
        this.inForce = inForce;
        this.start = clock.monotonicTime();
    }

    /** Does what is due now. Returns whether the drain is over. */
    boolean advance() {
        long now = clock.monotonicTime() - start;
        if (unregisterDeadline == Long.MAX_VALUE) {
            if (!announced.isDone()) {
                return false;
            }
            if (!closing) {
                closing = true;
                schedule(now);
            }
            closeDue(now);
            logProgress(now);
            if (now < deadline() && connections.count() > 0) {
                return false;
            }
            unregisterDeadline = now + UNREGISTER_TIMEOUT.toNanos();
        }
        connections.open().forEach(this::close);
        boolean pending = connections.count() > 0 || registrations.ledgerCount() > 0;
        if (pending && now < unregisterDeadline) {
            return false;
        }
        if (pending) {
            log.warn(
                    "{} unregister calls were still pending at the drain deadline",
                    registrations.ledgerCount());
        }
        return true;
    }

    /** Spreads the closes over what is left of the window. */
    private void schedule(long now) {
        List<WorkerConnection> open = connections.open();
        Collections.shuffle(open, random);
        Duration left = properties.window().minusNanos(now);
        long[] moments =
                DrainSchedule.moments(
                        open.size(),
                        left.isNegative() ? Duration.ZERO : left,
                        properties.maxClosesPerSecond(),
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
            // Those whose upgrade was in progress when the drain began.
            connections.open().forEach(late -> due.add(new Candidate(late, now)));
        }
        due.removeIf(candidate -> closeUnlessBusy(candidate, now));
    }

    private boolean closeUnlessBusy(Candidate candidate, long now) {
        boolean busy = pushes.pending(candidate.connection.pid()) > 0;
        if (busy && now - candidate.moment < nanos(properties.pushGrace())) {
            return false;
        }
        close(candidate.connection);
        return true;
    }

    private void logProgress(long now) {
        if (now >= nextLog) {
            nextLog = now + LOG_INTERVAL;
            log.info("draining; open connections: {}", connections.count());
        }
    }

    private long deadline() {
        return nanos(properties.longest());
    }

    private static long nanos(Duration duration) {
        return TimeUnit.NANOSECONDS.convert(duration);
    }

    private void close(WorkerConnection connection) {
        if (inForce.getAsBoolean()) {
            connection.close(CloseCause.SERVICE_RESTART, CloseCause.SERVICE_RESTART.reason());
        }
    }

    /** A connection, and the moment at which it is due. */
    private record Candidate(WorkerConnection connection, long moment) {}
}
