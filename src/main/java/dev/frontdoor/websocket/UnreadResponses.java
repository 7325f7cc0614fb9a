package dev.frontdoor.websocket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Bounds the memory of all responses of one port that clients have not taken. When they have left
 * too much, the one that has done so for the longest time is closed. Belongs to the event loop of
 * the port.
 */
final class UnreadResponses {

    /** Bytes of all channels together. */
    private static final long MAX_SIZE = 8 * 1024 * 1024;

    private final HttpCloser closer;

    /** Channels that may have something to take, the first one since the longest time. */
    private final Set<Channel> unread = new LinkedHashSet<>();

    UnreadResponses(HttpCloser closer) {
        this.closer = closer;
    }

    /** Something was written to a channel. Closes others until there is room for it. */
    void written(Channel channel) {
        unread.removeIf(other -> size(other) == 0);
        unread.add(channel);
        long all = unread.stream().mapToLong(UnreadResponses::size).sum();
        Iterator<Channel> oldest = unread.iterator();
        while (all > MAX_SIZE && oldest.hasNext()) {
            Channel next = oldest.next();
            if (!next.equals(channel)) {
                all -= size(next);
                oldest.remove();
                giveUp(next);
            }
        }
    }

    /** Closes a channel without its handlers, which would wait for its peer. */
    private void giveUp(Channel channel) {
        closer.count(channel, HttpCloseReason.NOT_READ);
        channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
    }

    private static long size(Channel channel) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }
}
