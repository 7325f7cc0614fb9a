package dev.frontdoor.connection.address;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/** Passes on nothing that a channel sends until it is closed. */
final class DiscardedReads extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        boolean _ = ReferenceCountUtil.release(message);
    }
}
