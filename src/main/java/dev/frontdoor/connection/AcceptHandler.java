package dev.frontdoor.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.epoll.EpollServerSocketChannel;

import org.jspecify.annotations.Nullable;

/**
 * Counts each channel that a port accepts, and closes it at once if there are too many. The first
 * handler of a server's channel. While its event loop is late, a stand-by does the same.
 */
public final class AcceptHandler extends ChannelDuplexHandler {

    private final AcceptLimit limit;
    private final AcceptStandby standby;
    private @Nullable StandbyPort port;

    public AcceptHandler(AcceptLimit limit, AcceptStandby standby) {
        this.limit = limit;
        this.standby = standby;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (AcceptStandby.isSupported()
                && ctx.channel() instanceof EpollServerSocketChannel server) {
            port = new StandbyPort(server, ctx, limit);
            standby.watch(port);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (limit.admit((Channel) message)) {
            ctx.fireChannelRead(message);
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        unwatch();
        ChannelFuture _ = ctx.close(promise);
    }

    /** A channel whose event loop has ended is closed without a call of {@link #close}. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        unwatch();
    }

    private void unwatch() {
        if (port != null) {
            standby.unwatch(port);
        }
    }
}
