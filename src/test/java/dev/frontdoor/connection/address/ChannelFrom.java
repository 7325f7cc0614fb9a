package dev.frontdoor.connection.address;

import io.netty.channel.embedded.EmbeddedChannel;

import java.net.SocketAddress;

/** A channel without a socket, whose peer has an address. */
public final class ChannelFrom extends EmbeddedChannel {

    private final SocketAddress peer;

    /** A channel from this address. */
    public ChannelFrom(SocketAddress peer) {
        this.peer = peer;
    }

    private ChannelFrom(SocketAddress peer, boolean registered) {
        super(EmbeddedChannel.builder().register(registered));
        this.peer = peer;
    }

    /** The same before its event loop knows of it. */
    public static ChannelFrom unregistered(SocketAddress peer) {
        return new ChannelFrom(peer, false);
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return peer;
    }
}
