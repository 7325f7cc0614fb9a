package dev.frontdoor.websocket;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;

/** An allocator that has no direct memory for a number of buffers of at least some size. */
final class FailingAllocator extends AbstractByteBufAllocator {

    private final int smallest;
    private int failures;

    /**
     * An allocator whose failures are still to come.
     *
     * @param failures how many
     * @param smallest the capacity from which a buffer fails, in bytes
     */
    FailingAllocator(int failures, int smallest) {
        super(true);
        this.failures = failures;
        this.smallest = smallest;
    }

    @Override
    protected ByteBuf newDirectBuffer(int capacity, int maxCapacity) {
        if (capacity >= smallest && failures > 0) {
            failures--;
            throw new OutOfMemoryError("scripted");
        }
        return UnpooledByteBufAllocator.DEFAULT.directBuffer(capacity, maxCapacity);
    }

    @Override
    protected ByteBuf newHeapBuffer(int capacity, int maxCapacity) {
        return UnpooledByteBufAllocator.DEFAULT.heapBuffer(capacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }
}
