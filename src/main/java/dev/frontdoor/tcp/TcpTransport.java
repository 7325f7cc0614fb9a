package dev.frontdoor.tcp;

import dev.frontdoor.connection.Transport;
import dev.frontdoor.notifier.TransportKind;
import dev.frontdoor.protocol.Frame.ConnectError;
import dev.frontdoor.protocol.Frame.Disconnect;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.FrameType;
import dev.frontdoor.protocol.ReasonCode;
import dev.frontdoor.registration.CloseCause;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;

import java.time.Duration;

/**
 * Writes one connection's frames, one behind the other. Those of one batch are flushed together.
 */
final class TcpTransport implements Transport {

    private final Channel channel;
    private final Duration closeTimeout;
    private final Duration pauseAfterAck;
    private int lastType;
    private boolean batch;

    /**
     * A transport over a channel.
     *
     * @param closeTimeout how long the worker may take to end its half of a closed connection
     * @param pauseAfterAck how long nothing of others follows the answer to a registration
     */
    TcpTransport(Channel channel, Duration closeTimeout, Duration pauseAfterAck) {
        this.channel = channel;
        this.closeTimeout = closeTimeout;
        this.pauseAfterAck = pauseAfterAck;
    }

    @Override
    public TransportKind kind() {
        return TransportKind.TCP;
    }

    @Override
    public void send(byte[] frame) {
        lastType = frame[0];
        ChannelFuture _ = channel.write(Unpooled.wrappedBuffer(frame), channel.voidPromise());
        if (!batch) {
            channel.flush();
        }
    }

    /** Workers answer no ping; the system's keepalive notices those that have vanished. */
    @Override
    public boolean ping() {
        return false;
    }

    @Override
    public Duration pauseAfterAck() {
        return pauseAfterAck;
    }

    @Override
    public void close(CloseCause cause, String reason) {
        if (cause.isMove()) {
            send(FrameCodec.encode(new Disconnect(0)));
        } else if (lastType != FrameType.CONNECT_ERROR.code()) {
            ReasonCode code = codeOf(cause);
            send(FrameCodec.encode(new ConnectError(0, code.code(), reason)));
        }
        closeAfterDisconnect();
    }

    @Override
    public void closeAfterDisconnect() {
        LingeringClose.begin(channel, closeTimeout);
    }

    /** The worker has ended its half: ends the other behind what was written. */
    void closeAfterHalfClose() {
        LingeringClose.end(channel, closeTimeout);
    }

    @Override
    public void abort() {
        ChannelFuture _ = channel.close();
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

    private static ReasonCode codeOf(CloseCause cause) {
        return switch (cause) {
            case BAD_TOKEN -> ReasonCode.AUTHENTICATION_FAILED;
            case NO_COMMON_VERSION -> ReasonCode.NO_COMMON_VERSION;
            case MESSAGE_TOO_LARGE, NOT_A_FRAME -> ReasonCode.MALFORMED_PAYLOAD;
            default -> ReasonCode.OTHER;
        };
    }
}
