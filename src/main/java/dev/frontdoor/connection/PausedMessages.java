package dev.frontdoor.connection;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Messages that wait while one before them is processed. Owns their buffers, and reserves their
 * size.
 */
final class PausedMessages {

    /** What one message takes up besides its bytes, so that many empty ones have a weight too. */
    private static final int OVERHEAD = 64;

    private final Deque<ByteBuf> messages = new ArrayDeque<>(1);
    private final MessageReservation reservation;
    private int weight;

    PausedMessages(MessageReservation reservation) {
        this.reservation = reservation;
    }

    /** Adds a message; false, and the caller keeps it, if there is no room for it. */
    boolean add(ByteBuf message) {
        int added = weightOf(message);
        if (!reservation.add(added)) {
            return false;
        }
        messages.add(message);
        weight += added;
        return true;
    }

    /** The message that has waited longest, for the caller to release; null if there is none. */
    @Nullable ByteBuf poll() {
        ByteBuf message = messages.poll();
        if (message != null) {
            int removed = weightOf(message);
            reservation.remove(removed);
            weight -= removed;
        }
        return message;
    }

    int weight() {
        return weight;
    }

    void release() {
        messages.forEach(ByteBuf::release);
        messages.clear();
        reservation.clear();
        weight = 0;
    }

    private static int weightOf(ByteBuf message) {
        return message.readableBytes() + OVERHEAD;
    }
}
