package dev.frontdoor.connection;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.FrameType;
import dev.frontdoor.registration.settings.LimitProperties;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What is sent to one worker. The answers to its own frames are always sent: they are few, since a
 * worker that does not read is not read either. Frames from others need room, and wait until the
 * worker can take them. Belongs to the connection's event loop, except {@link #admit}.
 */
final class OutboundFrames {

    private final Channel channel;
    private final Transport transport;
    private final long maxBytes;
    private final ConnectionLog log;

    /** Bytes of frames that were admitted and have not been written yet. */
    private final AtomicLong admitted = new AtomicLong();

    private final HeldFrames held;
    private boolean discarding;

    /**
     * The frames of one channel.
     *
     * @param limits how many bytes of frames from others may wait for the worker to read them
     */
    OutboundFrames(
            Channel channel,
            Transport transport,
            LimitProperties limits,
            RunningTime time,
            LoopTasks tasks,
            ConnectionLog log) {
        this.channel = channel;
        this.transport = transport;
        this.maxBytes = limits.maxOutboundBytes().toBytes();
        this.log = log;
        this.held = new HeldFrames(transport, time, tasks, this::writeAdmitted);
    }

    /**
     * Makes room for a frame from another thread: any one frame for a worker that reads, and as
     * many as the limit allows for one that does not. Called by any thread.
     *
     * @return the encoded frame, to be handed to {@link #hold} next; null if there is no room
     */
    byte @Nullable [] admit(Frame frame) {
        byte[] message = FrameCodec.encode(frame);
        long size = message.length;
        while (true) {
            long before = admitted.get();
            boolean reads = before == 0 && channel.isWritable();
            if (!reads && before + unread() + size > maxBytes) {
                return null;
            }
            if (admitted.compareAndSet(before, before + size)) {
                return message;
            }
        }
    }

    /** Sends a frame that was admitted, once the worker can take it. */
    void hold(byte[] message) {
        held.add(message);
    }

    /** Sends the answer to a frame. */
    void write(Frame frame) {
        write(FrameCodec.encode(frame));
        if (frame instanceof WorkerRegisterAck ack) {
            held.onAnswered(ack.equals(WorkerRegisterAck.ACCEPTED));
        }
    }

    /** The worker has sent something. */
    void onReceived() {
        held.onReceived();
    }

    /** Drops all frames from now on. */
    void discard() {
        discarding = true;
        held.end();
    }

    private void writeAdmitted(byte[] message) {
        write(message);
        admitted.addAndGet(-message.length);
    }

    private void write(byte[] message) {
        if (!discarding) {
            log.sending(FrameType.of(Byte.toUnsignedInt(message[0])), message.length);
            transport.send(message);
        }
    }

    private long unread() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }
}
