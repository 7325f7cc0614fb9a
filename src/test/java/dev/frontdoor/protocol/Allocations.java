package dev.frontdoor.protocol;

import com.sun.management.ThreadMXBean;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;

/** Measures what decoding allocates. */
final class Allocations {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocations() {}

    /** The bytes that decoding a message allocates, whatever comes of it. */
    static long ofDecoding(byte[] message) {
        // Whoever is first pays for loading classes too.
        decode(ByteBuffer.wrap(message));
        ByteBuffer again = ByteBuffer.wrap(message);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        decode(again);
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private static void decode(ByteBuffer message) {
        try {
            FrameCodec.decode(message);
        } catch (ProtocolException e) {
            // A refusal has a price too.
        }
    }
}
