package dev.frontdoor.tcp;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.connection.WorkerConnection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

import org.jspecify.annotations.Nullable;

/** The last handler of a worker's channel: hands over frames, and reports how the channel ends. */
final class TcpHandler extends ChannelInboundHandlerAdapter {

    private static final int NORMAL_CLOSURE = 1000;

    private final WorkerConnection connection;
    private final TcpTransport transport;
    private final TcpFrameDecoder decoder;
    private final @Nullable Accepted proof;

    /**
     * A handler.
     *
     * @param proof who the worker has proved to be by its certificate; null if it has not
     */
    TcpHandler(
            WorkerConnection connection,
            TcpTransport transport,
            TcpFrameDecoder decoder,
            @Nullable Accepted proof) {
        this.proof = proof;
        this.connection = connection;
        this.transport = transport;
        this.decoder = decoder;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        connection.opened(proof);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        transport.beginBatch();
        connection.received((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        connection.onRead();
        transport.endBatch();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        connection.onWritabilityChanged();
    }

    /** The worker has closed its half, and so leaves as planned. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (PeerEnd.isOf(event)) {
            if (decoder.isWithinFrame()) {
                connection.broken("the connection ended within a frame");
            } else {
                connection.closedByWorker(NORMAL_CLOSURE, "the worker closed the connection");
            }
            transport.closeAfterHalfClose();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        connection.broken("the connection broke");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        connection.failed(cause);
    }
}
