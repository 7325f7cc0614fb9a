package dev.frontdoor.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.epoll.EpollServerSocketChannel;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Counts each channel that a port accepts, and closes it at once if there are too many. Has to be
 * the first handler of a server's channel, one for each port. Belongs to that channel's event loop.
 * Lets the standby watch the port.
 */
public final class AcceptHandler extends ChannelDuplexHandler {

    /** How many connections an event loop accepts in one turn. */
    private static final int BATCH = 64;

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
            port = new StandbyPort(server, limit);
            standby.watch(port);
            acceptInBatches(server);
        }
    }

    /** Otherwise, a loop that has much else to do in each turn accepts one connection in each. */
    private static void acceptInBatches(EpollServerSocketChannel server) {
        if (server.config().getRecvByteBufAllocator()
                instanceof DefaultMaxMessagesRecvByteBufAllocator allocator) {
            allocator.respectMaybeMoreData(false).maxMessagesPerRead(BATCH);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (limit.admit((Channel) message)) {
            ctx.fireChannelRead(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (port != null) {
            port.onAccepted();
        }
        ctx.fireChannelReadComplete();
    }

    /**
     * Takes an {@link IOException} for a failure to accept: logs it, and accepts nothing for {@link
     * AcceptFailures#PAUSE}. Passes other exceptions on.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            ctx.fireExceptionCaught(cause);
            return;
        }
        standby.loopFailed(port(ctx.channel()), cause);
        ChannelConfig config = ctx.channel().config();
        if (!config.isAutoRead()) {
            return;
        }
        config.setAutoRead(false);
        Future<?> _ =
                ctx.channel()
                        .eventLoop()
                        .schedule(
                                () -> config.setAutoRead(true),
                                AcceptFailures.PAUSE.toNanos(),
                                TimeUnit.NANOSECONDS);
    }

    private static int port(Channel server) {
        return server.localAddress() instanceof InetSocketAddress address ? address.getPort() : 0;
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (port != null) {
            standby.unwatch(port);
        }
        ChannelFuture _ = ctx.close(promise);
    }
}
