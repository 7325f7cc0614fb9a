package dev.frontdoor.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import org.jspecify.annotations.Nullable;

/** Assembles the fragments of a WebSocket message. Owns the fragments it holds. */
final class MessageAssembler {

    private @Nullable ByteBuf parts;

    /**
     * Adds a fragment. Returns the whole message, for the caller to release; null if more follow.
     */
    @Nullable ByteBuf add(ByteBuf part, boolean last, ByteBufAllocator allocator) {
        if (last && parts == null) {
            return part.retain();
        }
        ByteBuf joined = parts == null ? allocator.heapBuffer(part.readableBytes()) : parts;
        joined.writeBytes(part);
        parts = last ? null : joined;
        return last ? joined : null;
    }

    void release() {
        if (parts != null) {
            parts.release();
            parts = null;
        }
    }
}
