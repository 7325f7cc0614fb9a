package dev.frontdoor.websocket;

import dev.frontdoor.connection.Transport;
import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.notifier.TransportKind;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.websocket.json.JsonFrames;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.concurrent.Future;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Writes one connection's WebSocket frames. Those of one batch are flushed together. */
final class WebSocketTransport implements Transport {

    private static final int NORMAL_CLOSURE = 1000;

    private final Channel channel;
    private final Duration closeTimeout;
    private final boolean json;
    private boolean batch;

    /**
     * A transport over a channel that was upgraded.
     *
     * @param closeTimeout how long the worker may take to answer a close
     * @param json whether frames are sent as JSON
     */
    WebSocketTransport(Channel channel, Duration closeTimeout, boolean json) {
        this.channel = channel;
        this.closeTimeout = closeTimeout;
        this.json = json;
    }

    @Override
    public TransportKind kind() {
        return TransportKind.WEBSOCKET;
    }

    @Override
    public void send(byte[] frame) {
        write(
                json
                        ? new TextWebSocketFrame(JsonFrames.toJson(frame))
                        : new BinaryWebSocketFrame(Unpooled.wrappedBuffer(frame)));
    }

    @Override
    public boolean ping() {
        write(new PingWebSocketFrame());
        return true;
    }

    @Override
    public Duration pauseAfterAck() {
        return Duration.ZERO;
    }

    /** The worker may answer the close, so that a reset does not destroy what it was sent. */
    @Override
    public void close(CloseCause cause, String reason) {
        close(cause.code(), reason);
    }

    @Override
    public void closeAfterDisconnect() {
        close(NORMAL_CLOSURE, "");
    }

    private void close(int code, String reason) {
        write(new CloseWebSocketFrame(code, reason));
        channel.flush();
        Future<?> _ =
                channel.eventLoop()
                        .schedule(this::abort, Timeouts.nanos(closeTimeout), TimeUnit.NANOSECONDS);
    }

    @Override
    public void abort() {
        ChannelFuture _ = channel.close();
    }

    /** Writes a frame; within a batch, it is flushed with the others. */
    void write(WebSocketFrame frame) {
        ChannelFuture _ = channel.write(frame, channel.voidPromise());
        if (!batch) {
            channel.flush();
        }
    }

    @Override
    public void beginBatch() {
        batch = true;
    }

    @Override
    public void endBatch() {
        batch = false;
        channel.flush();
    }
}
