package dev.frontdoor.connection;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.ReasonCode;
import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.LiveWorker;
import dev.frontdoor.registration.Refusal;
import dev.frontdoor.registration.RegistrationService;
import dev.frontdoor.registration.WorkerFields;

import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/** The open connections of this instance, how many there may be, and what becomes of their ends. */
public final class Connections {

    private static final Logger log = LoggerFactory.getLogger(Connections.class);

    private final RegistrationService registrations;
    private final PushService pushes;
    private final ConnectionMetrics metrics;
    private final Departures departures;
    private final int limit;
    private final int limitPerAddress;
    private final AtomicLong pids = new AtomicLong();
    private final ConcurrentMap<EventLoop, LoopWatch> watches = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Integer> perAddress = new ConcurrentHashMap<>();

    Connections(
            RegistrationService registrations,
            PushService pushes,
            ConnectionMetrics metrics,
            Departures departures,
            LimitProperties limits) {
        this.registrations = registrations;
        this.pushes = pushes;
        this.metrics = metrics;
        this.departures = departures;
        this.limit = limits.effectiveMaxConnections();
        this.limitPerAddress = limits.maxConnectionsPerAddress();
    }

    /** How many connections are open. */
    public int count() {
        return metrics.connected();
    }

    /** How many may be open. */
    public int limit() {
        return limit;
    }

    /** A pid that was never given before. */
    long nextPid() {
        return pids.incrementAndGet();
    }

    /** Those that are open now. */
    List<WorkerConnection> open() {
        List<WorkerConnection> open = new ArrayList<>();
        watches.values().forEach(watch -> open.addAll(watch.connections()));
        return open;
    }

    /** Counts a connection in, and turns it away if it is one too many. */
    void opened(WorkerConnection connection) {
        watchOf(connection).add(connection);
        int open = metrics.opened();
        int ofAddress =
                limitPerAddress == 0 ? 0 : perAddress.merge(connection.host(), 1, Integer::sum);
        if (open > limit) {
            refuse(connection, "the connection limit of %d is reached".formatted(limit));
        } else if (ofAddress > limitPerAddress) {
            refuse(
                    connection,
                    "the limit of %d connections from one address is reached"
                            .formatted(limitPerAddress));
        }
    }

    /** A connection has ended: it leaves the live table first, then its pushes and holders know. */
    void ended(WorkerConnection connection, Ending ending) {
        LiveWorker worker = registrations.end(connection.pid());
        pushes.end(connection.pid());
        watchOf(connection).remove(connection);
        metrics.closed(ending);
        if (limitPerAddress > 0) {
            perAddress.computeIfPresent(
                    connection.host(), (_, count) -> count == 1 ? null : count - 1);
        }
        Departure departure = departure(connection, worker, ending);
        departures.add(departure);
        log(departure);
    }

    void frameRefused(FrameRefusal refusal) {
        metrics.frameRefused(refusal);
    }

    private LoopWatch watchOf(WorkerConnection connection) {
        return watches.computeIfAbsent(connection.loop(), LoopWatch::new);
    }

    private static void refuse(WorkerConnection connection, String reason) {
        connection.reply(new Frame.ConnectError(0, ReasonCode.OTHER.code(), reason));
        connection.end(Refusal.CONNECTION_LIMIT, reason);
    }

    private static void log(Departure departure) {
        Ending ending = departure.ending();
        String identity = departure.identity();
        try (WorkerFields _ = WorkerFields.of(departure.pid(), identity)) {
            log.atLevel(identity == null ? Level.DEBUG : Level.INFO)
                    .log(
                            "pid {}: '{}' left with {}, ended by {}: {}",
                            departure.pid(),
                            identity == null ? "" : WorkerFields.printable(identity),
                            ending.code(),
                            ending.by().label(),
                            ending.reason());
        }
    }

    private static Departure departure(
            WorkerConnection connection, @Nullable LiveWorker worker, Ending ending) {
        return new Departure(
                connection.pid(),
                worker == null ? null : worker.registration().identity(),
                connection.remoteAddress(),
                connection.connectedAt(),
                worker == null ? null : worker.registeredAt(),
                Instant.now(),
                ending);
    }
}
