package dev.frontdoor.connection;

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
    UnfinishedMessage(MessageRoom room, ConnectionTimeouts timeouts, Runnable onNoRoom) {
        this.reservation = new MessageReservation(room);
        this.timeouts = timeouts;
        this.onNoRoom = onNoRoom;
    }

    /**
     * Sets how much memory the message takes up from now on, and starts its timeout if that has not
     * happened. Called before the memory is taken.
     *
     * @return false if there is no room; the connection has ended then, and what was reserved
     *     before stays so
     */
    public boolean resize(long bytes) {
        if (!reservation.resize(bytes)) {
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
