package dev.frontdoor.websocket;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The time limit for a request head to arrive on one channel. Belongs to its event loop. */
final class RequestHeadTimeout {

    private final Duration timeout;
    private final Runnable onTimeout;
    private @Nullable Future<?> pending;

    /**
     * A timeout that is not running.
     *
     * @param onTimeout called on the channel's event loop
     */
    RequestHeadTimeout(Duration timeout, Runnable onTimeout) {
        this.timeout = timeout;
        this.onTimeout = onTimeout;
    }

    /** Starts anew. */
    void start(EventLoop loop) {
        stop();
        pending = loop.schedule(onTimeout, timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    void stop() {
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
    }
}
