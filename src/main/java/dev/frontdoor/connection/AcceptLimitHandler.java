package dev.frontdoor.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Counts each channel that a port accepts, and closes it at once if there are too many: before an
 * event loop gets it, which may be late. The first handler of a server's channel.
 */
public final class AcceptLimitHandler extends ChannelInboundHandlerAdapter {

    private final AcceptLimit limit;

    public AcceptLimitHandler(AcceptLimit limit) {
        this.limit = limit;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (limit.admit((Channel) message)) {
            ctx.fireChannelRead(message);
        }
    }
}
