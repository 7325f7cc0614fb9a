package dev.frontdoor.websocket;

import dev.frontdoor.invocation.thread.Timeouts;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.timeout.WriteTimeoutHandler;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes a channel whose peer does not take what was written to it in time, or whose turn it is
 * because all peers together leave too much.
 */
final class UnreadResponseHandler extends WriteTimeoutHandler {

    private final UnreadResponses responses;
    private final HttpCloser closer;
    private boolean ended;

    /**
     * A handler of one channel.
     *
     * @param timeout from a write until all of it is taken
     * @param responses of the port
     */
    UnreadResponseHandler(Duration timeout, UnreadResponses responses, HttpCloser closer) {
        super(Timeouts.nanos(timeout), TimeUnit.NANOSECONDS);
        this.responses = responses;
        this.closer = closer;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise)
            throws Exception {
        super.write(ctx, message, promise);
        responses.written(ctx.channel());
    }

    @Override
    protected void writeTimedOut(ChannelHandlerContext ctx) {
        if (!ended) {
            ended = true;
            closer.close(ctx.channel(), HttpCloseReason.NOT_READ);
        }
    }
}
