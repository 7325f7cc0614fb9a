package dev.frontdoor.websocket;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.connection.FrameRefusal;
import dev.frontdoor.connection.WorkerConnection;
import dev.frontdoor.registration.CloseCause;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

/** The last handler of a worker's channel: turns WebSocket frames into messages and ends. */
final class WebSocketHandler extends ChannelInboundHandlerAdapter {

    private static final int NORMAL_CLOSURE = 1000;
    private static final int NO_STATUS_CODE = 1005;

    private final WorkerConnection connection;
    private final WebSocketTransport transport;
    private final @Nullable Accepted proof;
    private final MessageAssembler assembler = new MessageAssembler();

    /**
     * A handler.
     *
     * @param proof who the worker has proved to be at its upgrade; null if it has not
     */
    WebSocketHandler(
            WorkerConnection connection, WebSocketTransport transport, @Nullable Accepted proof) {
        this.connection = connection;
        this.transport = transport;
        this.proof = proof;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        connection.opened(proof);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        transport.beginReading();
        try {
            if (message instanceof WebSocketFrame frame) {
                receive(ctx, frame);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        connection.onRead();
        transport.endReading();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!ctx.channel().isWritable()) {
            ctx.flush();
        }
        connection.onWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        connection.broken("the connection broke");
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        assembler.release();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException broken) {
            refuse(broken);
        } else {
            connection.failed(cause);
        }
    }

    private void receive(ChannelHandlerContext ctx, WebSocketFrame frame) {
        if (connection.hasEnded()) {
            if (frame instanceof CloseWebSocketFrame) {
                transport.abort();
            }
            return;
        }
        switch (frame) {
            case BinaryWebSocketFrame _, ContinuationWebSocketFrame _ -> receivePart(ctx, frame);
            case PingWebSocketFrame ping ->
                    transport.write(new PongWebSocketFrame(ping.content().retain()));
            case PongWebSocketFrame _ -> connection.onPong();
            case CloseWebSocketFrame close -> {
                int code = close.statusCode();
                connection.closedByWorker(code < 0 ? NO_STATUS_CODE : code, close.reasonText());
                transport.write(new CloseWebSocketFrame(NORMAL_CLOSURE, ""));
                ctx.flush();
                transport.abort();
            }
            default ->
                    connection.refuse(
                            FrameRefusal.TEXT_MESSAGE,
                            CloseCause.TEXT_MESSAGE,
                            CloseCause.TEXT_MESSAGE.reason());
        }
    }

    private void receivePart(ChannelHandlerContext ctx, WebSocketFrame part) {
        ByteBuf message = assembler.add(part.content(), part.isFinalFragment(), ctx.alloc());
        if (message != null) {
            connection.received(message);
        }
    }

    private void refuse(CorruptedWebSocketFrameException broken) {
        @Nullable String what = broken.getMessage();
        if (broken.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)) {
            connection.refuse(
                    FrameRefusal.TOO_LARGE, CloseCause.MESSAGE_TOO_LARGE, String.valueOf(what));
        } else {
            connection.refuse(
                    FrameRefusal.BROKEN_WEBSOCKET,
                    CloseCause.BROKEN_WEBSOCKET,
                    CloseCause.BROKEN_WEBSOCKET.reason() + ": " + what);
        }
    }
}
