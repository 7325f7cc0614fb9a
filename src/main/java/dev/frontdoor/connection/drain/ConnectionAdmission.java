package dev.frontdoor.connection.drain;

import dev.frontdoor.connection.Connections;

import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Whether the service takes new connections at the moment. An event loop that runs late takes none:
 * a worker that enters needs it several times, and would give up and come back. Used by any event
 * loop.
 */
public final class ConnectionAdmission {

    private final Drain drain;
    private final Connections connections;
    private final long maxLag;

    /**
     * The admission of a service.
     *
     * @param maxLag how late an event loop may be; 0 for no limit
     */
    ConnectionAdmission(Drain drain, Connections connections, Duration maxLag) {
        this.drain = drain;
        this.connections = connections;
        this.maxLag = maxLag.isZero() ? Long.MAX_VALUE : TimeUnit.NANOSECONDS.convert(maxLag);
    }

    /** Why this event loop takes no connection; null if it does. Called on that loop. */
    public @Nullable Refusal refusal(EventLoop loop) {
        if (drain.isOpen()) {
            return connections.lagOf(loop) > maxLag ? Refusal.OVERLOADED : null;
        }
        return drain.hasBegun() ? Refusal.DRAINING : Refusal.STARTING;
    }

    /** Why no connection is taken. */
    public enum Refusal {
        STARTING("the service is starting; retry in a second"),
        OVERLOADED("the service is overloaded; retry in a few seconds"),
        DRAINING("the service is draining; retry elsewhere");

        private final String reason;

        Refusal(String reason) {
            this.reason = reason;
        }

        /** What the worker is told. */
        public String reason() {
            return reason;
        }
    }
}
