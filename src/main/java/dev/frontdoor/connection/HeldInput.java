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

    private final WorkerConnection connection;
    private final LoopTasks tasks;
    private final InboundMessages inbound;
    private final Consumer<ByteBuf> handler;
    private final Runnable onNoRoom;

    /**
     * Nothing is held.
     *
     * @param handler gets the messages that waited
     * @param onNoRoom called when too much has arrived
     */
    HeldInput(
            WorkerConnection connection,
            LoopTasks tasks,
            InboundMessages inbound,
            Consumer<ByteBuf> handler,
            Runnable onNoRoom) {
        this.connection = connection;
        this.tasks = tasks;
        this.inbound = inbound;
        this.handler = handler;
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
            boolean _ = connection.unfinishedMessage().resize(arrived.capacity());
        }
        return true;
    }

    /** Leaves what has arrived and what arrives as it is, until {@link #end}. */
    void begin() {
        connection.setup().onAuthenticating();
        inbound.hold();
    }

    /** Goes on, from any thread: with what follows from the check, and then what has arrived. */
    void end(Runnable conclusion) {
        tasks.run(() -> {
            if (!connection.hasEnded()) {
                connection.setup().onAuthenticated();
                conclusion.run();
            }
            if (!connection.hasEnded()) {
                connection.unfinishedMessage().release();
                inbound.resumeHeld(handler);
            }
        });
    }
}
