package dev.frontdoor.connection;

import io.netty.channel.Channel;

/** Bounds the channels that a port accepts. */
public interface AcceptLimit {

    /**
     * Counts a new channel, and closes it if there are too many. Called once for each channel,
     * before it is registered with an event loop: by the loop that accepts for the port or by its
     * standby, perhaps by both at once.
     *
     * @return whether it is to be served; false if it is closed
     */
    boolean admit(Channel channel);
}
