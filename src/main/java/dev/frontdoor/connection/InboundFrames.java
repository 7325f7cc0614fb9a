package dev.frontdoor.connection;

import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.FrameCodec;
import dev.frontdoor.protocol.ProtocolException;
import dev.frontdoor.registration.CloseCause;

import io.netty.buffer.ByteBuf;

import java.util.function.LongSupplier;

/**
 * The frames that come from one worker, handled one at a time. While a frame is processed, others
 * wait. While the worker's credentials are checked, nothing is read, and what has been read already
 * is not looked at. Belongs to the connection's event loop.
 */
public final class InboundFrames {

    /** What one connection may have sent ahead of the check of its credentials, in bytes. */
    private static final int MAX_HELD = 128 * 1024;

    private final WorkerConnection connection;
    private final FrameDispatcher dispatcher;
    private final InboundMessages messages;
    private final UnfinishedMessage unfinished;
    private final ConnectionTimeouts timeouts;
    private final LoopTasks tasks;
    private final Runnable onNoRoom;
    private final ConnectionLog log;

    /**
     * None has arrived.
     *
     * @param onNoRoom called when too much has arrived
     */
    InboundFrames(
            WorkerConnection connection,
            FrameDispatcher dispatcher,
            InboundMessages messages,
            UnfinishedMessage unfinished,
            ConnectionTimeouts timeouts,
            LoopTasks tasks,
            Runnable onNoRoom,
            ConnectionLog log) {
        this.connection = connection;
        this.dispatcher = dispatcher;
        this.messages = messages;
        this.unfinished = unfinished;
        this.timeouts = timeouts;
        this.tasks = tasks;
        this.onNoRoom = onNoRoom;
        this.log = log;
    }

    /** The message that is arriving. */
    public UnfinishedMessage unfinished() {
        return unfinished;
    }

    /** The largest message accepted now, in bytes; 0 once the connection has ended. */
    public int maxMessageSize() {
        return connection.hasEnded() ? 0 : connection.setup().maxMessageSize();
    }

    /**
     * Whether a decoder leaves what has arrived as it is. It is called again afterwards.
     *
     * @param arrived what the decoder has, which needs room meanwhile
     */
    public boolean holds(ByteBuf arrived) {
        if (!messages.isHolding()) {
            return false;
        }
        if (arrived.readableBytes() > MAX_HELD) {
            onNoRoom.run();
        } else {
            boolean _ = unfinished.resize(arrived.capacity());
        }
        return true;
    }

    /** A whole message has arrived, which is released here. */
    void receive(ByteBuf message) {
        messages.receive(message, this::handle);
    }

    /** Leaves what has arrived and what arrives as it is, until {@link #endHold}. */
    void hold() {
        connection.setup().onAuthenticating();
        messages.hold();
    }

    /** Goes on, from any thread: with what follows from the check, and then what has arrived. */
    void endHold(Runnable conclusion) {
        tasks.run(() -> {
            if (!connection.hasEnded()) {
                connection.setup().onAuthenticated();
                conclusion.run();
            }
            if (!connection.hasEnded()) {
                unfinished.release();
                messages.resumeHeld(this::handle);
            }
        });
    }

    /** Stops handling frames until {@link #resume}. */
    void pause() {
        messages.pause();
    }

    /** Goes on, from any thread: after a delay, with an answer and then what has arrived. */
    void resume(LongSupplier delayInNanos, Runnable answer) {
        tasks.runAfter(
                () -> timeouts.onAnswer(delayInNanos.getAsLong()),
                () -> {
                    if (!connection.hasEnded()) {
                        answer.run();
                        messages.resume(this::handle);
                        timeouts.onAnswered(messages.hasKept());
                    }
                });
    }

    /** Reads, or stops reading, by what is kept and what the worker leaves unread. */
    void adjustReading() {
        messages.adjustReading();
    }

    /** Drops what has arrived and what arrives. */
    void discard() {
        messages.discard();
    }

    private void handle(ByteBuf message) {
        try {
            Frame frame = FrameCodec.decode(message.nioBuffer());
            log.received(frame.type(), message.readableBytes());
            dispatcher.dispatch(connection, frame);
        } catch (ProtocolException e) {
            connection.refuse(FrameRefusal.of(e.reason()), CloseCause.NOT_A_FRAME, e.closeReason());
        } finally {
            message.release();
        }
    }
}
