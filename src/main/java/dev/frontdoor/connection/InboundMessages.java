package dev.frontdoor.connection;

import dev.frontdoor.protocol.FrameType;
import dev.frontdoor.registration.settings.LimitProperties;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;

/**
 * What comes from one worker. While one of its frames is processed, further messages are kept,
 * except replies to pushes. Reading stops while too many are kept, or while the worker does not
 * read what it was sent. While its credentials are checked, nothing is read at all. Belongs to the
 * connection's event loop.
 */
public final class InboundMessages {

    /** What one read may add: with TLS, it may complete a record that has as many bytes. */
    private static final int MAX_ADDED = 2 * ChannelReads.MAX_SIZE;

    private final Channel channel;
    private final long stopAt;
    private final Runnable onNoRoom;
    private final LimitProperties limits;
    private final MessageRoom room;

    /** Null before a message had to wait for the first time. */
    private @Nullable PausedMessages kept;

    /** How much may be kept while nothing is read: what had been read before it stopped. */
    private long maxKept;

    private boolean paused;
    private boolean holding;
    private boolean discarding;

    /**
     * The messages of one channel.
     *
     * @param limits how many bytes are kept, unless one message has more; reading stops before
     * @param room where the kept messages need room
     * @param onNoRoom called when a message had to be dropped, since there was no room for it
     */
    InboundMessages(Channel channel, LimitProperties limits, MessageRoom room, Runnable onNoRoom) {
        long maxBytes = limits.maxInboundBytes().toBytes();
        this.channel = channel;
        this.stopAt = maxBytes - Math.min(MAX_ADDED, maxBytes / 2);
        this.onNoRoom = onNoRoom;
        this.limits = limits;
        this.room = room;
    }

    /** Keeps messages from now on. */
    void pause() {
        paused = true;
    }

    /** From now on nothing is read, and what has been read is not looked at. */
    void hold() {
        paused = true;
        holding = true;
        adjustReading();
    }

    /** Whether what has been read is not looked at yet. */
    boolean isHolding() {
        return holding;
    }

    /** Ends {@link #hold}: hands over the messages that wait, and reads on. */
    void resumeHeld(Consumer<ByteBuf> handler) {
        holding = false;
        resume(handler);
        // The decoder may have bytes already, and the channel no more.
        channel.pipeline().fireChannelRead(Unpooled.EMPTY_BUFFER).fireChannelReadComplete();
    }

    /**
     * Hands a message over, or keeps a copy if it has to wait.
     *
     * @param message is released here, or by the handler
     * @param handler gets the message now
     */
    void receive(ByteBuf message, Consumer<ByteBuf> handler) {
        if (!discarding && (!paused || (!holding && isPushReply(message)))) {
            handler.accept(message);
            return;
        }
        boolean room;
        try {
            room = discarding || (mayKeep(message) && keep(message));
        } finally {
            message.release();
        }
        if (room) {
            adjustReading();
        } else {
            onNoRoom.run();
        }
    }

    private boolean keep(ByteBuf message) {
        if (kept == null) {
            kept =
                    new PausedMessages(
                            channel.alloc(),
                            limits.maxInboundBytes().toBytes(),
                            new MessageReservation(room));
        }
        return kept.add(message);
    }

    private int keptBytes() {
        return kept == null ? 0 : kept.size();
    }

    /** A peer that has closed its end is read to its end, even after reading has stopped. */
    private boolean mayKeep(ByteBuf message) {
        return isReading() || keptBytes() + message.readableBytes() < maxKept;
    }

    /** Hands over the messages that were kept, until one of them pauses again. */
    void resume(Consumer<ByteBuf> handler) {
        paused = false;
        for (ByteBuf next = next(); next != null; next = next()) {
            handler.accept(next);
        }
        adjustReading();
    }

    /**
     * Drops what was kept. What still arrives is read, so that the end of the stream is noticed.
     */
    void discard() {
        discarding = true;
        holding = false;
        if (kept != null) {
            kept.release();
        }
        adjustReading();
    }

    /** Whether messages wait. */
    boolean hasKept() {
        return keptBytes() > 0;
    }

    /** Whether the channel is read now. */
    boolean isReading() {
        return channel.config().isAutoRead();
    }

    void adjustReading() {
        boolean wanted = discarding || (!holding && keptBytes() < stopAt && channel.isWritable());
        if (isReading() != wanted) {
            maxKept = (long) keptBytes() + MAX_ADDED;
            channel.config().setAutoRead(wanted);
        }
    }

    private @Nullable ByteBuf next() {
        return paused || kept == null ? null : kept.poll();
    }

    private static boolean isPushReply(ByteBuf message) {
        return message.isReadable()
                && message.getByte(message.readerIndex()) == FrameType.PUSH_REPLY.code();
    }
}
