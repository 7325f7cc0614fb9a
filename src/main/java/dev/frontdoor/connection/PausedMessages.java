package dev.frontdoor.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import org.jspecify.annotations.Nullable;

/**
 * Copies of messages that wait while one before them is processed. They are in one buffer, each
 * behind its length, so that many small ones take up little more than their bytes. The capacity of
 * the buffer is reserved.
 */
final class PausedMessages {

    private static final int MIN_CAPACITY = 256;

    private final ByteBufAllocator allocator;
    private final long preferredCapacity;
    private final MessageReservation reservation;
    private @Nullable ByteBuf messages;

    /**
     * No messages.
     *
     * @param preferredCapacity what the buffer does not exceed unless the messages need more
     */
    PausedMessages(
            ByteBufAllocator allocator, long preferredCapacity, MessageReservation reservation) {
        this.allocator = allocator;
        this.preferredCapacity = preferredCapacity;
        this.reservation = reservation;
    }

    /** Copies a message; false if there is no room for it. */
    boolean add(ByteBuf message) {
        int added = Integer.BYTES + message.readableBytes();
        ByteBuf target = messages;
        if (target == null || target.writableBytes() < added) {
            int capacity = capacity(size() + added);
            if (!reservation.resize(capacity)) {
                return false;
            }
            target = allocator.buffer(capacity);
            if (messages != null) {
                target.writeBytes(messages);
                messages.release();
            }
            messages = target;
        }
        target.writeInt(message.readableBytes()).writeBytes(message);
        return true;
    }

    /** The message that has waited longest, for the caller to release; null if there is none. */
    @Nullable ByteBuf poll() {
        if (messages == null) {
            return null;
        }
        ByteBuf message = messages.readRetainedSlice(messages.readInt());
        if (!messages.isReadable()) {
            release();
        }
        return message;
    }

    /** Bytes of the messages that wait, with their lengths. */
    int size() {
        return messages == null ? 0 : messages.readableBytes();
    }

    void release() {
        if (messages != null) {
            messages.release();
            messages = null;
        }
        reservation.clear();
    }

    private int capacity(int needed) {
        long preferred = Math.min(Math.max(2L * needed, MIN_CAPACITY), preferredCapacity);
        return (int) Math.max(needed, preferred);
    }
}
