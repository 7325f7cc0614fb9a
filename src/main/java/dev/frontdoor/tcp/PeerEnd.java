package dev.frontdoor.tcp;

import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;

/** How a channel says that its peer sends nothing more. */
final class PeerEnd {

    private PeerEnd() {}

    /** Whether an event is the end of the peer's stream, or of its TLS, which may come alone. */
    static boolean isOf(Object event) {
        return event instanceof ChannelInputShutdownEvent
                || (event instanceof SslCloseCompletionEvent end && end.isSuccess());
    }
}
