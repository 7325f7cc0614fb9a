package dev.frontdoor.test.server;

import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;

/** A channel whose peer can stop reading. */
public final class TestChannel extends EmbeddedChannel {

    private boolean peerReads = true;
    private long permitted;
    private int reads;

    TestChannel(Builder builder) {
        super(builder);
    }

    /** From now on the peer takes only what {@link #take} says. */
    public void stopTaking() {
        peerReads = false;
    }

    /** The peer takes this many bytes of what was sent to it. They are dropped. */
    public void take(long bytes) {
        permitted = bytes;
        unsafe().flush();
    }

    /** The peer takes all that was sent to it, now and from now on. */
    public void takeAll() {
        peerReads = true;
        unsafe().flush();
    }

    /** How often the channel was to be read. */
    public int reads() {
        return reads;
    }

    /** The bytes that wait for the peer. */
    public long pendingBytes() {
        return unsafe().outboundBuffer().totalPendingWriteBytes();
    }

    @Override
    protected void doBeginRead() throws Exception {
        reads++;
        super.doBeginRead();
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer buffer) throws Exception {
        if (peerReads) {
            super.doWrite(buffer);
        } else {
            long taken = permitted;
            permitted = 0;
            if (taken > 0) {
                buffer.removeBytes(taken);
            }
        }
    }
}
