package dev.frontdoor.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * Notices whether a worker's socket has taken bytes, however few, since the last look. Belongs to
 * the connection's event loop.
 */
final class WriteProgress {

    private int firstMessage;
    private long written;

    /** Whether bytes of what waits for the worker have been written since the last call. */
    boolean hasAdvanced(Channel channel) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        if (buffer == null) {
            return false;
        }
        // Its identity only: the message itself must not be kept longer than the buffer does.
        int first = System.identityHashCode(buffer.current());
        long progress = buffer.currentProgress();
        boolean advanced = first != firstMessage || progress != written;
        firstMessage = first;
        written = progress;
        return advanced;
    }
}
