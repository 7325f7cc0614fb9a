package dev.frontdoor.protocol;

import com.sun.management.ThreadMXBean;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;

/** Measures what decoding allocates. */
final class Allocations {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocations() {}

    /** The bytes that decoding a message allocates, whether it succeeds or not. */
    static long ofDecoding(byte[] message) {
        // The first decoding also loads classes.
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
            // A failed decoding allocates too.
        }
    }
}
