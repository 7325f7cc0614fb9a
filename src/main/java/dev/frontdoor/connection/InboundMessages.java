package dev.frontdoor.connection;

import dev.frontdoor.protocol.FrameType;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;

/**
 * What comes from one worker. While one of its frames is processed, further messages are kept,
 * except replies to pushes. Reading stops while too many are kept, or while the worker does not
 * read what it was sent. Belongs to the connection's event loop.
 */
final class InboundMessages {

    private final Channel channel;
    private final long maxBytes;
    private final PausedMessages kept = new PausedMessages();
    private boolean paused;
    private boolean discarding;

    /**
     * The messages of one channel.
     *
     * @param maxBytes how many bytes are kept before reading stops
     */
    InboundMessages(Channel channel, long maxBytes) {
        this.channel = channel;
        this.maxBytes = maxBytes;
    }

    /** Keeps messages from now on. */
    void pause() {
        paused = true;
    }

    /** Keeps a message if it has to wait, and returns whether it does. */
    boolean keep(ByteBuf message) {
        if (!paused || isPushReply(message)) {
            return false;
        }
        kept.add(message);
        adjustReading();
        return true;
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
        kept.release();
        adjustReading();
    }

    /** Whether the channel is read now. */
    boolean isReading() {
        return channel.config().isAutoRead();
    }

    void adjustReading() {
        boolean wanted = discarding || (kept.weight() < maxBytes && channel.isWritable());
        if (isReading() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    private @Nullable ByteBuf next() {
        return paused ? null : kept.poll();
    }

    private static boolean isPushReply(ByteBuf message) {
        return message.isReadable()
                && message.getByte(message.readerIndex()) == FrameType.PUSH_REPLY.code();
    }
}
