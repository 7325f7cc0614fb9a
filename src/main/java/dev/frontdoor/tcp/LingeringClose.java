package dev.frontdoor.tcp;

import dev.frontdoor.invocation.thread.Timeouts;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Ends a channel so that its peer gets all that was written. A socket that is closed with bytes
 * unread is reset, and a reset may destroy what the peer has not read yet. So only the service's
 * half is closed, and what still arrives is dropped until the peer closes too, for a bounded time
 * and size. The first handler behind TLS, once it is there.
 */
final class LingeringClose extends ChannelInboundHandlerAdapter {

    /** Bytes that are dropped at most: the largest frame that workers send. */
    static final int MAX_DROPPED = 16 * 1024 * 1024;

    /** How long what was written may take to go out, once the worker has closed its half. */
    private static final Duration MAX_FLUSH = Duration.ofSeconds(2);

    private final Duration timeout;
    private long dropped;
    private @Nullable Future<?> pending;

    private LingeringClose(Duration timeout) {
        this.timeout = timeout;
    }

    /**
     * Closes the service's half of a channel behind what was written, and the other with it as soon
     * as the peer has, or has had its time to. Called on the channel's event loop.
     */
    static void begin(Channel channel, Duration timeout) {
        LingeringClose handler = new LingeringClose(timeout);
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            channel.pipeline().addFirst(handler);
        } else {
            channel.pipeline().addAfter(channel.pipeline().context(tls).name(), null, handler);
        }
        ChannelFuture _ =
                channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(written -> closeHalf(channel, tls, written.isSuccess()));
    }

    /** Closes a channel whose peer has closed its half, behind what was written. */
    static void end(Channel channel, Duration timeout) {
        Duration most = timeout.compareTo(MAX_FLUSH) < 0 ? timeout : MAX_FLUSH;
        Future<?> late =
                channel.eventLoop()
                        .schedule(() -> abort(channel), most.toNanos(), TimeUnit.NANOSECONDS);
        ChannelFuture _ = channel.closeFuture().addListener(_ -> late.cancel(false));
        ChannelFuture _ =
                channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(ChannelFutureListener.CLOSE);
    }

    private static void closeHalf(Channel channel, @Nullable SslHandler tls, boolean written) {
        if (!written) {
            ChannelFuture _ = channel.close();
        } else if (tls == null) {
            shutdownOutput(channel);
        } else {
            ChannelFuture _ = tls.closeOutbound().addListener(_ -> shutdownOutput(channel));
        }
    }

    private static void shutdownOutput(Channel channel) {
        ChannelFuture _ =
                ((DuplexChannel) channel)
                        .shutdownOutput()
                        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        pending =
                ctx.channel()
                        .eventLoop()
                        .schedule(() -> close(ctx), Timeouts.nanos(timeout), TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (pending != null) {
            pending.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes) {
            dropped += bytes.readableBytes();
        }
        ReferenceCountUtil.release(message);
        if (dropped > MAX_DROPPED) {
            close(ctx);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            close(ctx);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        close(ctx);
    }

    private static void close(ChannelHandlerContext ctx) {
        abort(ctx.channel());
    }

    /** Closes a channel at once, whatever TLS would still send. */
    private static void abort(Channel channel) {
        channel.unsafe().close(channel.voidPromise());
    }
}
