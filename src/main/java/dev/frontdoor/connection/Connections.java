package dev.frontdoor.connection;

import dev.frontdoor.invocation.WorkerMdc;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.ReasonCode;
import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.LiveWorker;
import dev.frontdoor.registration.RefusalLog;
import dev.frontdoor.registration.RegistrationService;

import io.micrometer.core.instrument.Clock;
import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The open connections of this instance, their limits, and the one place where the end of a
 * connection is recorded. Used by any thread.
 */
public final class Connections {

    private static final Logger log = LoggerFactory.getLogger(Connections.class);

    private final RegistrationService registrations;
    private final PushService pushes;
    private final ConnectionMetrics metrics;
    private final Departures departures;
    private final int limit;
    private final ConnectionsPerAddress perAddress;
    private final RefusalLog refusals;
    private final Clock clock;
    private final AtomicLong pids = new AtomicLong();
    private final ConcurrentMap<EventLoop, TimeoutSweep> sweeps = new ConcurrentHashMap<>();

    Connections(
            RegistrationService registrations,
            PushService pushes,
            ConnectionMetrics metrics,
            Departures departures,
            int limit,
            ConnectionsPerAddress perAddress,
            RefusalLog refusals,
            Clock clock) {
        this.registrations = registrations;
        this.pushes = pushes;
        this.metrics = metrics;
        this.departures = departures;
        this.limit = limit;
        this.perAddress = perAddress;
        this.refusals = refusals;
        this.clock = clock;
    }

    /** How many connections are open. */
    public int count() {
        return metrics.connected();
    }

    /** How many connections may be open. */
    public int limit() {
        return limit;
    }

    /** A pid that was never used before. */
    public long nextPid() {
        return pids.incrementAndGet();
    }

    /** The connections that are open now, in no order; a copy. */
    public List<WorkerConnection> open() {
        List<WorkerConnection> open = new ArrayList<>();
        sweeps.values().forEach(sweep -> open.addAll(sweep.connections()));
        return open;
    }

    /** Counts a connection, and closes it if it exceeds a limit. */
    void opened(WorkerConnection connection) {
        sweepOf(connection.loop()).add(connection);
        int open = metrics.opened();
        boolean tooManyOfAddress = perAddress.opened(connection.remoteAddress());
        if (open > limit) {
            refuse(connection, "the connection limit of %s is reached".formatted(limit));
        } else if (tooManyOfAddress) {
            refuse(
                    connection,
                    "the limit of %s connections from one address is reached"
                            .formatted(perAddress.limit()));
        }
    }

    /**
     * Records the end of a connection: it leaves the live table first, then its pushes end.
     *
     * @param stranger whether it was never known to be a worker's
     */
    void ended(WorkerConnection connection, ConnectionEnd end, boolean stranger) {
        LiveWorker worker;
        try {
            worker = registrations.end(connection.pid());
            pushes.end(connection.pid());
        } finally {
            sweepOf(connection.loop()).remove(connection);
            metrics.closed(end);
            perAddress.ended(connection.remoteAddress());
        }
        Departure departure = departure(connection, worker, end);
        boolean beyondLimit = end.isOfService(CloseCause.CONNECTION_LIMIT);
        if (beyondLimit || stranger) {
            metrics.refused();
        } else {
            departures.add(departure);
        }
        if (beyondLimit) {
            refusals.log(
                    "connections beyond a limit",
                    departure.remoteAddress(),
                    () -> log(departure, Level.WARN));
        } else if (departure.registeredAt() == null) {
            log(departure, Level.DEBUG);
        } else {
            refusals.logEvent(
                    "disconnected workers",
                    departure.remoteAddress(),
                    () -> log(departure, Level.INFO));
        }
    }

    /** The running time of an event loop, by which the timeouts of its connections are measured. */
    RunningTime timeOf(EventLoop loop) {
        return sweepOf(loop).time();
    }

    /**
     * How late an event loop runs its tasks, in nanoseconds; 0 or less if it is in time. Called on
     * that loop.
     */
    public long lagOf(EventLoop loop) {
        return sweepOf(loop).lag();
    }

    void frameRefused(FrameRefusal refusal) {
        metrics.frameRefused(refusal);
    }

    private TimeoutSweep sweepOf(EventLoop loop) {
        return sweeps.computeIfAbsent(loop, it -> new TimeoutSweep(it, clock));
    }

    private static void refuse(WorkerConnection connection, String reason) {
        connection.reply(new Frame.ConnectError(0, ReasonCode.OTHER.code(), reason));
        connection.end(CloseCause.CONNECTION_LIMIT, reason);
    }

    private static void log(Departure departure, Level level) {
        ConnectionEnd end = departure.end();
        String identity = departure.identity();
        try (WorkerMdc _ = WorkerMdc.of(departure.pid(), identity)) {
            log.atLevel(level)
                    .log(
                            "pid {}: worker '{}' at {} disconnected: code {}, by {}: {}",
                            departure.pid(),
                            identity == null ? "" : identity,
                            departure.remoteAddress(),
                            end.code(),
                            end.initiator().label(),
                            end.reason());
        }
    }

    private Departure departure(
            WorkerConnection connection, @Nullable LiveWorker worker, ConnectionEnd end) {
        return new Departure(
                connection.pid(),
                worker == null
                        ? connection.setup().declaredIdentity()
                        : DisplayText.of(worker.registration().identity()),
                connection.remoteAddress(),
                connection.transport(),
                connection.connectedAt(),
                worker == null ? null : worker.registeredAt(),
                worker == null ? null : Duration.ofNanos(clock.monotonicTime() - worker.since()),
                Instant.ofEpochMilli(clock.wallTime()),
                end);
    }
}
