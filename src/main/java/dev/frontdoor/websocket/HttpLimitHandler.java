package dev.frontdoor.websocket;

import dev.frontdoor.invocation.thread.Timeouts;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Ends a channel that is not upgraded: after a few responses that refuse, and after a time that
 * nothing extends. In the second half of this time, the next response is the last.
 */
final class HttpLimitHandler extends ChannelDuplexHandler {

    /** How many requests of one channel may be refused. */
    static final int MAX_REFUSALS = 5;

    private final long halfTimeout;
    private final HttpCloser closer;
    private @Nullable Future<?> pending;
    private int refusals;

    /** Why the channel is closed after the next response; null if it stays open. */
    private @Nullable HttpCloseReason reason;

    private boolean inLastResponse;
    private boolean ended;

    /**
     * A handler of one channel.
     *
     * @param timeout from its accept until it is closed
     */
    HttpLimitHandler(Duration timeout, HttpCloser closer) {
        this.halfTimeout = Timeouts.nanos(timeout) / 2;
        this.closer = closer;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        schedule(
                ctx,
                () -> {
                    reason = HttpCloseReason.TIMEOUT;
                    schedule(ctx, () -> closer.close(ctx.channel(), HttpCloseReason.TIMEOUT));
                });
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
        } else {
            ctx.fireChannelRead(message);
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (ended) {
            ReferenceCountUtil.release(message);
            promise.trySuccess();
            return;
        }
        if (message instanceof HttpResponse response) {
            begin(response);
        }
        ended = inLastResponse && message instanceof LastHttpContent;
        ChannelFuture written = ctx.write(message, promise.unvoid());
        if (ended && reason != null) {
            closer.closeAfter(written, reason);
        } else if (isUpgrade(message)) {
            WorkerServerCustomizer.uninstall(ctx.pipeline());
        }
    }

    private void begin(HttpResponse response) {
        if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL
                || !HttpUtil.isKeepAlive(response)) {
            return;
        }
        if (response.status().code() >= HttpResponseStatus.BAD_REQUEST.code()
                && ++refusals == MAX_REFUSALS) {
            reason = HttpCloseReason.REFUSED;
        }
        if (reason != null) {
            HttpUtil.setKeepAlive(response, false);
            inLastResponse = true;
        }
    }

    private static boolean isUpgrade(Object message) {
        return message instanceof HttpResponse response
                && response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
    }

    private void schedule(ChannelHandlerContext ctx, Runnable task) {
        pending = ctx.channel().eventLoop().schedule(task, halfTimeout, TimeUnit.NANOSECONDS);
    }

    private void stop() {
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
    }
}
