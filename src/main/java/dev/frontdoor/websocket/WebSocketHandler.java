package dev.frontdoor.websocket;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.connection.FrameRefusal;
import dev.frontdoor.connection.WorkerConnection;
import dev.frontdoor.protocol.ProtocolException;
import dev.frontdoor.protocol.ReasonCode;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.websocket.json.JsonFrames;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The last handler of a worker's channel: turns WebSocket frames into messages and ends. */
final class WebSocketHandler extends ChannelInboundHandlerAdapter {

    private static final int NORMAL_CLOSURE = 1000;
    private static final int NO_STATUS_CODE = 1005;
    private static final String BINARY_MESSAGE =
            "binary messages are not served with frontdoor.json.v1; send text ones";

    private final WorkerConnection connection;
    private final WebSocketTransport transport;
    private final @Nullable Accepted proof;
    private final boolean json;
    private final MessageAssembler assembler = new MessageAssembler();

    /**
     * A handler.
     *
     * @param proof who the worker has proved to be at its upgrade; null if it has not
     * @param json whether each message is a text that holds one frame as JSON
     */
    WebSocketHandler(
            WorkerConnection connection,
            WebSocketTransport transport,
            @Nullable Accepted proof,
            boolean json) {
        this.connection = connection;
        this.transport = transport;
        this.proof = proof;
        this.json = json;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        connection.opened(proof);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        transport.beginBatch();
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
        transport.endBatch();
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
            case ContinuationWebSocketFrame _ -> receivePart(ctx, frame);
            case BinaryWebSocketFrame _ when !json -> receivePart(ctx, frame);
            case TextWebSocketFrame _ when json -> receivePart(ctx, frame);
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
                            json ? BINARY_MESSAGE : CloseCause.TEXT_MESSAGE.reason());
        }
    }

    private void receivePart(ChannelHandlerContext ctx, WebSocketFrame part) {
        ByteBuf message = assembler.add(part.content(), part.isFinalFragment(), ctx.alloc());
        if (message != null && json) {
            receiveJson(message);
        } else if (message != null) {
            connection.received(message);
        }
    }

    private void receiveJson(ByteBuf message) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(message.nioBuffer()).toString();
            connection.received(Unpooled.wrappedBuffer(JsonFrames.toBytes(text)));
        } catch (CharacterCodingException e) {
            refuse(new ProtocolException(ReasonCode.MALFORMED_PAYLOAD, "the text is not UTF-8"));
        } catch (ProtocolException e) {
            refuse(e);
        } finally {
            message.release();
        }
    }

    private void refuse(ProtocolException broken) {
        connection.refuse(
                FrameRefusal.of(broken.reason()), CloseCause.NOT_A_FRAME, broken.closeReason());
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
