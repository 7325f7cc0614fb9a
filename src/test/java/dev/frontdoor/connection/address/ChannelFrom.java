package dev.frontdoor.connection.address;

import io.netty.channel.embedded.EmbeddedChannel;

import java.net.SocketAddress;

/** A channel without a socket, whose peer has an address. */
final class ChannelFrom extends EmbeddedChannel {

    private final SocketAddress peer;

    ChannelFrom(SocketAddress peer) {
        this.peer = peer;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return peer;
    }
}
