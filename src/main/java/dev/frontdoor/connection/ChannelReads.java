package dev.frontdoor.connection;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/**
 * How much is read of a worker's channel at a time. Each turn of the event loop reads a channel
 * once only, so that a peer that sends without end makes the others wait for one read.
 */
public final class ChannelReads {

    /** The most that is read at once, in bytes. */
    static final int MAX_SIZE = 16 * 1024;

    /** Netty's own sizes. */
    private static final int MIN_SIZE = 64;

    private static final int INITIAL_SIZE = 2048;

    private ChannelReads() {}

    /** An allocator for the channels of one port. */
    public static RecvByteBufAllocator newAllocator() {
        return new AdaptiveRecvByteBufAllocator(MIN_SIZE, INITIAL_SIZE, MAX_SIZE)
                .maxMessagesPerRead(1);
    }
}
