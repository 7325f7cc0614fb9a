package dev.frontdoor.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import org.jspecify.annotations.Nullable;

/** Puts the parts of a WebSocket message together. Owns what it holds. */
final class Fragments {

    private @Nullable ByteBuf parts;

    /** Adds a part; the whole message, which is the caller's now, if it was the last, else null. */
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
