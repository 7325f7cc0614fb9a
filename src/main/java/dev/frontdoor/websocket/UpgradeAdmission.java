package dev.frontdoor.websocket;

import dev.frontdoor.connection.Connections;
import dev.frontdoor.connection.drain.Drain;

import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Whether the service accepts upgrades at the moment. An event loop that runs late accepts none: a
 * worker that enters needs it several times, and would give up and come back. Used by any event
 * loop.
 */
final class UpgradeAdmission {

    private final Drain drain;
    private final Connections connections;
    private final long maxLag;

    /**
     * The admission of a service.
     *
     * @param maxLag how late an event loop may be; 0 for no limit
     */
    UpgradeAdmission(Drain drain, Connections connections, Duration maxLag) {
        this.drain = drain;
        this.connections = connections;
        this.maxLag = maxLag.isZero() ? Long.MAX_VALUE : TimeUnit.NANOSECONDS.convert(maxLag);
    }

    /** Why no upgrade is accepted on this event loop; null if upgrades are. Called on that loop. */
    @Nullable UpgradeRefusal refusal(EventLoop loop) {
        if (drain.isOpen()) {
            return connections.lagOf(loop) > maxLag ? UpgradeRefusal.OVERLOADED : null;
        }
        return drain.hasBegun() ? UpgradeRefusal.DRAINING : UpgradeRefusal.STARTING;
    }
}
