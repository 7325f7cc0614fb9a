package dev.frontdoor.websocket;

import dev.frontdoor.invocation.thread.Timeouts;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Closes channels that are not a worker's, and counts each once, by its first reason. Used by any
 * event loop.
 */
final class HttpCloser {

    /** Why a channel is closed: the first reason stays. */
    private static final AttributeKey<HttpCloseReason> REASON =
            AttributeKey.valueOf(HttpCloser.class, "reason");

    private final Duration timeout;
    private final Map<HttpCloseReason, Counter> closed = new EnumMap<>(HttpCloseReason.class);

    /**
     * Closes channels.
     *
     * @param timeout how long a peer may take to read its last response
     */
    HttpCloser(Duration timeout, MeterRegistry meters) {
        this.timeout = timeout;
        for (HttpCloseReason reason : HttpCloseReason.values()) {
            closed.put(
                    reason,
                    Counter.builder("frontdoor.http.connections.closed")
                            .description("Connections that were closed and not a worker's")
                            .tag("reason", reason.label())
                            .register(meters));
        }
    }

    /** Closes a channel at once. */
    void close(Channel channel, HttpCloseReason reason) {
        count(channel, reason);
        ChannelFuture _ = channel.close();
    }

    /** Closes a channel once its peer has taken the last response, or has had its time to. */
    void closeAfter(ChannelFuture response) {
        Channel channel = response.channel();
        Future<?> late =
                channel.eventLoop()
                        .schedule(
                                () -> close(channel, HttpCloseReason.NOT_READ),
                                Timeouts.nanos(timeout),
                                TimeUnit.NANOSECONDS);
        response.addListener(_ -> {
            if (late.cancel(false)) {
                ChannelFuture _ = channel.close();
            }
        });
    }

    /** Closes a channel after a response, for a reason other than the response. */
    void closeAfter(ChannelFuture response, HttpCloseReason reason) {
        count(response.channel(), reason);
        closeAfter(response);
    }

    /** Counts a channel that is closed for this reason, by its caller or by this closer. */
    void count(Channel channel, HttpCloseReason reason) {
        if (channel.attr(REASON).compareAndSet(null, reason)) {
            Objects.requireNonNull(closed.get(reason)).increment();
        }
    }
}
