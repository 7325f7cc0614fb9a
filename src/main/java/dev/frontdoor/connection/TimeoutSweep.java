package dev.frontdoor.connection;

import io.micrometer.core.instrument.Clock;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The connections of one event loop, and the one periodic task that checks their timeouts. How late
 * this task runs is also the measure of the loop's lag.
 */
final class TimeoutSweep {

    private static final Logger log = LoggerFactory.getLogger(TimeoutSweep.class);

    /** How often timeouts are checked, and so how late one may be noticed. */
    static final Duration INTERVAL = Duration.ofMillis(250);

    private final Set<WorkerConnection> connections = ConcurrentHashMap.newKeySet();
    private final RunningTime time;
    private final Clock clock;
    private long dueAt;
    private long lastLag;

    TimeoutSweep(EventLoop loop, Clock clock) {
        this.time = new RunningTime(clock);
        this.clock = clock;
        this.dueAt = nextDue();
        Future<?> _ =
                loop.scheduleWithFixedDelay(
                        this::sweep, INTERVAL.toNanos(), INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The time of this event loop, by which timeouts are measured. */
    RunningTime time() {
        return time;
    }

    /**
     * How late the last sweep was, or the next one is already, in nanoseconds. To be asked on the
     * event loop.
     */
    long lag() {
        return Math.max(lastLag, clock.monotonicTime() - dueAt);
    }

    void add(WorkerConnection connection) {
        connections.add(connection);
    }

    void remove(WorkerConnection connection) {
        connections.remove(connection);
    }

    Set<WorkerConnection> connections() {
        return connections;
    }

    private void sweep() {
        lastLag = clock.monotonicTime() - dueAt;
        time.now();
        connections.forEach(TimeoutSweep::check);
        dueAt = nextDue();
    }

    private long nextDue() {
        return clock.monotonicTime() + INTERVAL.toNanos();
    }

    /** A fault of one connection ends that connection, and never the sweep. */
    private static void check(WorkerConnection connection) {
        try {
            connection.checkTimeouts();
        } catch (RuntimeException | Error e) {
            fail(connection, e);
        }
    }

    private static void fail(WorkerConnection connection, Throwable cause) {
        try {
            connection.failed(cause);
        } catch (RuntimeException | Error e) {
            log.error("pid {}: the connection could not be ended", connection.pid(), e);
        }
    }
}
