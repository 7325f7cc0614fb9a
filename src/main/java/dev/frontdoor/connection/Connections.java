package dev.frontdoor.connection;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.ReasonCode;
import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.Refusal;
import dev.frontdoor.registration.RegistrationService;

import java.util.concurrent.atomic.AtomicLong;

/** The open connections of this instance, and what becomes of those that end. */
public final class Connections {

    private final RegistrationService registrations;
    private final PushService pushes;
    private final ConnectionMetrics metrics;
    private final int limit;
    private final AtomicLong pids = new AtomicLong();

    Connections(
            RegistrationService registrations,
            PushService pushes,
            ConnectionMetrics metrics,
            int limit) {
        this.registrations = registrations;
        this.pushes = pushes;
        this.metrics = metrics;
        this.limit = limit;
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

    /** Counts a connection in, and turns it away if it is one too many. */
    void opened(WorkerConnection connection) {
        if (metrics.opened() > limit) {
            String reason = "the connection limit of %d is reached".formatted(limit);
            connection.reply(new Frame.ConnectError(0, ReasonCode.OTHER.code(), reason));
            connection.end(Refusal.CONNECTION_LIMIT, reason);
        }
    }

    void frameRefused(FrameRefusal refusal) {
        metrics.frameRefused(refusal);
    }

    /** A connection has ended: it leaves the live table first, then its pushes and holders know. */
    void ended(WorkerConnection connection, Ending ending) {
        registrations.end(connection.pid());
        pushes.end(connection.pid());
        metrics.closed(ending);
    }
}
