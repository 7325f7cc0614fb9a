package dev.frontdoor.connection;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;

/** Messages that wait while one before them is processed. Owns their buffers. */
final class PausedMessages {

    /** What one message takes up besides its bytes, so that many empty ones have a weight too. */
    private static final int OVERHEAD = 64;

    private final Deque<ByteBuf> messages = new ArrayDeque<>(1);
    private int weight;

    void add(ByteBuf message) {
        messages.add(message);
        weight += weightOf(message);
    }

    /** The message that has waited longest, for the caller to release; null if there is none. */
    @Nullable ByteBuf poll() {
        ByteBuf message = messages.poll();
        if (message != null) {
            weight -= weightOf(message);
        }
        return message;
    }

    int weight() {
        return weight;
    }

    void release() {
        messages.forEach(ByteBuf::release);
        messages.clear();
        weight = 0;
    }

    private static int weightOf(ByteBuf message) {
        return message.readableBytes() + OVERHEAD;
    }
}
