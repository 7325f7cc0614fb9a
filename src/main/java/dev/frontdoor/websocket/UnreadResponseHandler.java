package dev.frontdoor.websocket;

import dev.frontdoor.invocation.thread.Timeouts;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.WriteTimeoutHandler;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Closes a channel whose peer does not take what was written to it in time. */
final class UnreadResponseHandler extends WriteTimeoutHandler {

    private final HttpCloser closer;
    private boolean ended;

    /**
     * A handler of one channel.
     *
     * @param timeout from a write until all of it is taken
     */
    UnreadResponseHandler(Duration timeout, HttpCloser closer) {
        super(Timeouts.nanos(timeout), TimeUnit.NANOSECONDS);
        this.closer = closer;
    }

    @Override
    protected void writeTimedOut(ChannelHandlerContext ctx) {
        if (!ended) {
            ended = true;
            closer.close(ctx.channel(), HttpCloseReason.NOT_READ);
        }
    }
}
