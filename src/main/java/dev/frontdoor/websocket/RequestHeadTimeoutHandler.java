package dev.frontdoor.websocket;

import dev.frontdoor.invocation.thread.Timeouts;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Ends a channel on which a request head takes too long. Stands behind the HTTP codec of one
 * channel, until a worker's connection takes the channel over.
 */
final class RequestHeadTimeoutHandler extends ChannelDuplexHandler {

    private final Duration timeout;
    private final UpgradeRefusalRecorder refusals;
    private final HttpCloser closer;
    private final UnansweredRequests unanswered = new UnansweredRequests();
    private @Nullable Future<?> pending;
    private boolean hadRequest;
    private boolean ended;

    RequestHeadTimeoutHandler(
            Duration timeout, UpgradeRefusalRecorder refusals, HttpCloser closer) {
        this.timeout = timeout;
        this.refusals = refusals;
        this.closer = closer;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        start(ctx);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stop();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stop();
        ctx.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (ended) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest) {
            stop();
            hadRequest = true;
            int _ = unanswered.onRequest();
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (unanswered.onWrite(message)) {
            start(ctx);
        }
        ChannelFuture _ = ctx.write(message, promise);
    }

    private void start(ChannelHandlerContext ctx) {
        stop();
        pending =
                ctx.channel()
                        .eventLoop()
                        .schedule(() -> end(ctx), Timeouts.nanos(timeout), TimeUnit.NANOSECONDS);
    }

    private void stop() {
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
    }

    /** Closes a connection that is idle after a request; answers a new one with 408 first. */
    private void end(ChannelHandlerContext ctx) {
        ended = true;
        if (hadRequest) {
            closer.close(ctx.channel(), HttpCloseReason.IDLE);
        } else {
            refusals.refused(UpgradeRefusal.HEAD_TOO_SLOW, ctx.channel(), List.of());
            closer.closeAfter(ctx.writeAndFlush(UpgradeRefusal.HEAD_TOO_SLOW.response(false)));
        }
    }
}
