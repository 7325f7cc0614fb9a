package dev.frontdoor.tcp;

import dev.frontdoor.invocation.thread.Timeouts;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
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
    private boolean peerHasEnded;
    private boolean hasEnded;
    private long dropped;
    private @Nullable Future<?> pending;

    private LingeringClose(Duration timeout, boolean peerHasEnded) {
        this.timeout = timeout;
        this.peerHasEnded = peerHasEnded;
    }

    /**
     * Closes the service's half of a channel behind what was written, and the other with it as soon
     * as the peer has, or has had its time to. Called on the channel's event loop.
     */
    static void begin(Channel channel, Duration timeout) {
        new LingeringClose(timeout, false).start(channel);
    }

    /** Closes a channel whose peer has closed its half, behind what was written. */
    static void end(Channel channel, Duration timeout) {
        Duration most = timeout.compareTo(MAX_FLUSH) < 0 ? timeout : MAX_FLUSH;
        new LingeringClose(most, true).start(channel);
    }

    private void start(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            channel.pipeline().addFirst(this);
        } else {
            channel.pipeline().addAfter(channel.pipeline().context(tls).name(), null, this);
        }
        ChannelFuture _ =
                channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(written -> closeHalf(channel, tls, written.isSuccess()));
    }

    private void closeHalf(Channel channel, @Nullable SslHandler tls, boolean written) {
        if (!written) {
            abort(channel);
        } else if (tls == null) {
            shutdownOutput(channel);
        } else {
            ChannelFuture _ = tls.closeOutbound().addListener(_ -> shutdownOutput(channel));
        }
    }

    private void shutdownOutput(Channel channel) {
        ChannelFuture _ =
                ((DuplexChannel) channel)
                        .shutdownOutput()
                        .addListener(shutdown -> {
                            hasEnded = true;
                            if (peerHasEnded || !shutdown.isSuccess()) {
                                abort(channel);
                            }
                        });
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
        if (PeerEnd.isOf(event)) {
            peerHasEnded = true;
            if (hasEnded) {
                close(ctx);
            }
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
