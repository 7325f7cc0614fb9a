package dev.frontdoor.connection;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.notifier.Departure;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.ReasonCode;
import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.LiveWorker;
import dev.frontdoor.registration.RegistrationService;

import io.micrometer.core.instrument.Clock;
import io.netty.channel.EventLoop;

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

    private final RegistrationService registrations;
    private final PushService pushes;
    private final ConnectionMetrics metrics;
    private final DepartureRecorder departureRecorder;
    private final int limit;
    private final ConnectionsPerAddress perAddress;
    private final ConnectionsPerPrincipal perPrincipal;
    private final Duration revocationWindow;
    private final Clock clock;
    private final AtomicLong pids = new AtomicLong();
    private final ConcurrentMap<EventLoop, TimeoutSweep> sweeps = new ConcurrentHashMap<>();

    Connections(
            RegistrationService registrations,
            PushService pushes,
            ConnectionMetrics metrics,
            DepartureRecorder departureRecorder,
            int limit,
            ConnectionsPerAddress perAddress,
            ConnectionsPerPrincipal perPrincipal,
            Duration revocationWindow,
            Clock clock) {
        this.registrations = registrations;
        this.pushes = pushes;
        this.metrics = metrics;
        this.departureRecorder = departureRecorder;
        this.limit = limit;
        this.perAddress = perAddress;
        this.perPrincipal = perPrincipal;
        this.revocationWindow = revocationWindow;
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
     * A worker has proved who it is: counts its connection for the principal, and closes it if that
     * has too many.
     *
     * @return whether it may stay
     */
    boolean prove(WorkerConnection connection, Accepted accepted) {
        renew(connection, accepted);
        boolean tooMany = perPrincipal.proven(accepted.principal());
        if (tooMany) {
            refuse(
                    connection,
                    "the limit of %s connections of one principal is reached"
                            .formatted(perPrincipal.limit()));
        }
        return !tooMany;
    }

    /** A worker has proved anew that it is the same principal. */
    void renew(WorkerConnection connection, Accepted accepted) {
        connection.facts().onAuthenticated(accepted.principal());
        connection.setup().onProven(new CredentialWatch(accepted, revocationWindow, clock));
    }

    /**
     * Ends a connection: first it is known how it ended, for whoever is called because of it. Then
     * it leaves the live table, its pushes end, and its notifiers are called.
     *
     * @param stranger whether it was never known to be a worker's
     */
    void ended(WorkerConnection connection, ConnectionEnd end, boolean stranger) {
        Departure departure = end.at(Instant.ofEpochMilli(clock.wallTime()));
        connection.facts().onDeparture(departure);
        LiveWorker worker;
        try {
            long pid = connection.pid();
            worker = registrations.end(pid, () -> pushes.end(pid));
        } finally {
            sweepOf(connection.loop()).remove(connection);
            metrics.closed(end);
            perAddress.ended(connection.remoteAddress());
            Principal principal = connection.facts().principal();
            if (principal != null) {
                perPrincipal.ended(principal);
            }
        }
        departureRecorder.record(connection, worker, end, departure, stranger);
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
}
