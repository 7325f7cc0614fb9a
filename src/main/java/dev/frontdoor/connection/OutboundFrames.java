package dev.frontdoor.connection;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.FrameType;
import dev.frontdoor.registration.LiveFacts;
import dev.frontdoor.registration.MemoryBudget;
import dev.frontdoor.registration.ReservedFrame;
import dev.frontdoor.registration.settings.LimitProperties;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What is sent to one worker. The answers to its own frames are always sent: they are few, since a
 * worker that does not read is not read either. Frames from others need room, and wait until the
 * worker can take them. Belongs to the connection's event loop, except {@link #reserve}.
 */
final class OutboundFrames {

    private final Channel channel;
    private final Transport transport;
    private final long maxBytes;
    private final MemoryBudget budget;
    private final LiveFacts facts;
    private final ConnectionLog log;

    /** Bytes of frames that were admitted and have not been written yet. */
    private final AtomicLong admitted = new AtomicLong();

    private final FrameQueue queue;
    private final HeldFrames held;

    /** What the budget counts of the bytes that were written and wait for the worker. */
    private long counted;

    private boolean discarding;

    /**
     * The frames of one channel.
     *
     * @param limits how many bytes of frames from others may wait for the worker to read them
     * @param budget where all bytes that wait are counted, and frames from others need room
     * @param facts count what was sent
     */
    OutboundFrames(
            Channel channel,
            Transport transport,
            LimitProperties limits,
            RunningTime time,
            LoopTasks tasks,
            MemoryBudget budget,
            LiveFacts facts,
            ConnectionLog log) {
        this.channel = channel;
        this.transport = transport;
        this.maxBytes = limits.maxOutboundBytes().toBytes();
        this.budget = budget;
        this.facts = facts;
        this.log = log;
        this.held = new HeldFrames(transport, time, tasks, this::writeAdmitted);
        this.queue = new FrameQueue(tasks, transport, held::add);
    }

    /**
     * Makes room for a frame from another thread: any one frame for a worker that reads, and as
     * many as the limit allows for one that does not. Called by any thread.
     *
     * @return the frame, which is sent once the worker can take it; null if there is no room
     */
    @Nullable ReservedFrame reserve(Frame frame) {
        byte[] message = FrameCodec.encode(frame);
        if (!budget.reserve(message.length)) {
            return null;
        }
        if (!admit(message.length)) {
            budget.release(message.length);
            return null;
        }
        return new ReservedFrame(() -> queue.add(message), () -> release(message.length));
    }

    private boolean admit(long size) {
        while (true) {
            long before = admitted.get();
            boolean reads = before == 0 && channel.isWritable();
            if (!reads && before + unread() + size > maxBytes) {
                return false;
            }
            if (admitted.compareAndSet(before, before + size)) {
                return true;
            }
        }
    }

    /** Counts the bytes that wait for the worker now. To be called regularly. */
    void count() {
        if (!discarding) {
            long unread = unread();
            budget.add(unread - counted);
            counted = unread;
        }
    }

    /** Whether the worker leaves much unread while all workers together leave too much. */
    boolean isToBeDropped() {
        count();
        return budget.isExceeded() && !channel.isWritable();
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
        count();
        discarding = true;
        held.end();
        if (counted > 0) {
            ChannelFuture _ = channel.closeFuture().addListener(_ -> budget.release(counted));
        }
    }

    private void writeAdmitted(byte[] message) {
        try {
            write(message);
        } finally {
            release(message.length);
        }
        count();
    }

    private void release(long size) {
        admitted.addAndGet(-size);
        budget.release(size);
    }

    private void write(byte[] message) {
        if (!discarding) {
            log.sending(FrameType.of(Byte.toUnsignedInt(message[0])), message.length);
            facts.onSent(message.length);
            transport.send(message);
        }
    }

    private long unread() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }
}
