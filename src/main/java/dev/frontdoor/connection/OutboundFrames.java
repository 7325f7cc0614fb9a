package dev.frontdoor.connection;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.FrameCodec;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * What is sent to one worker. Frames that others send wait until the first registration has been
 * acknowledged. Belongs to the connection's event loop.
 */
final class OutboundFrames {

    private final Channel channel;
    private final Transport transport;
    private final long maxBytes;
    private final ConnectionLog log;

    /** Frames to send after the first ack; null once that was sent. */
    private @Nullable List<Frame> untilFirstAck = new ArrayList<>(0);

    /**
     * The frames of one channel.
     *
     * @param maxBytes how many bytes may wait for the worker to read them
     */
    OutboundFrames(Channel channel, Transport transport, long maxBytes, ConnectionLog log) {
        this.channel = channel;
        this.transport = transport;
        this.maxBytes = maxBytes;
        this.log = log;
    }

    /** Sends a frame once a registration was acknowledged. Returns what {@link #write} does. */
    boolean writeAfterAck(Frame frame) {
        if (untilFirstAck == null) {
            return write(frame);
        }
        untilFirstAck.add(frame);
        return true;
    }

    /** Sends a frame. Returns false, and drops it, if too much waits for the worker already. */
    boolean write(Frame frame) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        if (buffer == null) {
            return true;
        }
        if (buffer.totalPendingWriteBytes() > maxBytes) {
            return false;
        }
        byte[] message = FrameCodec.encode(frame);
        log.sending(frame, message.length);
        transport.send(message);
        return true;
    }

    /** Acknowledges a registration, then sends what had to wait for that. */
    boolean acknowledge() {
        List<Frame> waiting = untilFirstAck;
        untilFirstAck = null;
        return write(WorkerRegisterAck.ACCEPTED)
                && (waiting == null || waiting.stream().allMatch(this::write));
    }
}
