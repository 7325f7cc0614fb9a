package dev.frontdoor.connection;

import io.netty.buffer.ByteBuf;

import java.util.function.Consumer;

/**
 * What arrives while a worker's credentials are checked: nothing is read, and what has been read
 * already is not looked at. Belongs to the connection's event loop.
 */
public final class HeldInput {

    /** What one connection may have sent ahead, in bytes. */
    private static final int MAX_SIZE = 128 * 1024;

    private final InboundMessages inbound;
    private final UnfinishedMessage unfinished;
    private final Runnable onNoRoom;

    /**
     * Nothing is held.
     *
     * @param onNoRoom called when too much has arrived
     */
    HeldInput(InboundMessages inbound, UnfinishedMessage unfinished, Runnable onNoRoom) {
        this.inbound = inbound;
        this.unfinished = unfinished;
        this.onNoRoom = onNoRoom;
    }

    /**
     * Whether a decoder leaves what has arrived as it is. It is called again afterwards.
     *
     * @param arrived what the decoder has, which needs room meanwhile
     */
    public boolean includes(ByteBuf arrived) {
        if (!inbound.isHolding()) {
            return false;
        }
        if (arrived.readableBytes() > MAX_SIZE) {
            onNoRoom.run();
        } else {
            boolean _ = unfinished.resize(arrived.capacity());
        }
        return true;
    }

    void begin() {
        inbound.hold();
    }

    /** Hands over the messages that wait, and reads on. */
    void end(Consumer<ByteBuf> handler) {
        unfinished.release();
        inbound.resumeHeld(handler);
    }
}
