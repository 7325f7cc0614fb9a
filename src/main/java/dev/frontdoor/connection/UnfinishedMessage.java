package dev.frontdoor.connection;

import dev.frontdoor.registration.MemoryBudget;

/**
 * The message of one connection that has not arrived in full: its part of the budget, and its
 * timeout. Belongs to the connection's event loop.
 */
public final class UnfinishedMessage {

    private final MessageReservation reservation;
    private final ConnectionTimeouts timeouts;
    private final Runnable onNoRoom;
    private boolean started;

    /**
     * None has begun.
     *
     * @param onNoRoom called when a message has to be given up, since there is no room for it
     */
    UnfinishedMessage(MemoryBudget budget, ConnectionTimeouts timeouts, Runnable onNoRoom) {
        this.reservation = new MessageReservation(budget);
        this.timeouts = timeouts;
        this.onNoRoom = onNoRoom;
    }

    /**
     * Makes room for bytes that are about to arrive, and starts the timeout if they are the first.
     *
     * @return false if there is no room; the connection has ended then, and the bytes are dropped
     */
    public boolean reserve(long bytes) {
        if (!reservation.add(bytes)) {
            onNoRoom.run();
            return false;
        }
        if (!started) {
            started = true;
            timeouts.onMessageStart();
        }
        return true;
    }

    /** The message has arrived in full, or its buffers were released. Gives the room back. */
    public void release() {
        if (started) {
            started = false;
            timeouts.onMessageEnd();
        }
        reservation.clear();
    }
}
