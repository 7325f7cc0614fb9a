package dev.frontdoor.connection;

import dev.frontdoor.notifier.TransportKind;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolException;
import dev.frontdoor.registration.CloseCause;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A transport that writes frames without WebSocket framing and records its calls. */
final class RecordingTransport implements Transport {

    final List<Frame> sent = new ArrayList<>();
    private final Channel channel;
    private final boolean canPing;

    /** How many frames were sent in each batch. */
    final List<Integer> batches = new ArrayList<>();

    private int batchStart;
    private int pings;
    private @Nullable CloseCause closed;
    private boolean aborted;
    private final Duration pauseAfterAck;

    RecordingTransport(Channel channel, boolean canPing, Duration pauseAfterAck) {
        this.pauseAfterAck = pauseAfterAck;
        this.channel = channel;
        this.canPing = canPing;
    }

    int pings() {
        return pings;
    }

    /** Why it was closed; null if it is open. */
    @Nullable CloseCause closed() {
        return closed;
    }

    boolean isAborted() {
        return aborted;
    }

    @Override
    public TransportKind kind() {
        return canPing ? TransportKind.WEBSOCKET : TransportKind.TCP;
    }

    @Override
    public void send(byte[] frame) {
        try {
            sent.add(FrameCodec.decode(ByteBuffer.wrap(frame)));
        } catch (ProtocolException e) {
            throw new IllegalStateException(e);
        }
        ChannelFuture _ = channel.writeAndFlush(Unpooled.wrappedBuffer(frame));
    }

    @Override
    public void beginBatch() {
        batchStart = sent.size();
    }

    @Override
    public void endBatch() {
        batches.add(sent.size() - batchStart);
    }

    @Override
    public boolean ping() {
        if (canPing) {
            pings++;
        }
        return canPing;
    }

    @Override
    public Duration pauseAfterAck() {
        return pauseAfterAck;
    }

    @Override
    public void close(CloseCause cause, String reason) {
        closed = cause;
    }

    @Override
    public void closeAfterDisconnect() {}

    @Override
    public void abort() {
        aborted = true;
        ChannelFuture _ = channel.close();
    }
}
