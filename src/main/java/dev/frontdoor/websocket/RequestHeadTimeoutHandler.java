package dev.frontdoor.websocket;

import dev.frontdoor.invocation.thread.Timeouts;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Ends a channel on which a request head takes too long. Stands behind the HTTP codec of one
 * channel, until a worker's connection takes the channel over.
 */
final class RequestHeadTimeoutHandler extends ChannelDuplexHandler {

    private final Duration timeout;
    private final Duration idleTimeout;
    private final Consumer<Channel> onSlowHead;
    private final HttpCloser closer;
    private final UnansweredRequests unanswered = new UnansweredRequests();
    private @Nullable Future<?> pending;
    private boolean hadRequest;
    private boolean ended;

    /**
     * A handler of one channel.
     *
     * @param timeout from its accept to the first head
     * @param idleTimeout from the end of a response to the next head
     * @param onSlowHead records that the first head took too long
     */
    RequestHeadTimeoutHandler(
            Duration timeout,
            Duration idleTimeout,
            Consumer<Channel> onSlowHead,
            HttpCloser closer) {
        this.timeout = timeout;
        this.idleTimeout = idleTimeout;
        this.onSlowHead = onSlowHead;
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
                        .schedule(
                                () -> end(ctx),
                                Timeouts.nanos(hadRequest ? idleTimeout : timeout),
                                TimeUnit.NANOSECONDS);
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
            onSlowHead.accept(ctx.channel());
            closer.closeAfter(ctx.writeAndFlush(UpgradeRefusal.HEAD_TOO_SLOW.response(false)));
        }
    }
}
