package dev.frontdoor.connection;

/**
 * The part of the budget that one connection uses. Little is free, so that an exhausted budget ends
 * no connection whose messages are small. Belongs to the connection's event loop.
 */
final class MessageReservation {

    /** Bytes that need no room in the budget. */
    static final int FREE = 4 * 1024;

    private final MessageRoom room;
    private long size;

    MessageReservation(MessageRoom room) {
        this.room = room;
    }

    /**
     * Reserves this many bytes in all. Fewer than before always find room.
     *
     * @return false if there is no room; what was reserved before stays so
     */
    boolean resize(long bytes) {
        long more = charged(bytes) - charged(size);
        boolean reserved = more <= 0 || room.reserve(more);
        if (reserved) {
            if (more < 0) {
                room.release(-more);
            }
            size = bytes;
        }
        return reserved;
    }

    /** Gives all bytes back. */
    void clear() {
        boolean _ = resize(0);
    }

    /** What counts of a number of bytes. */
    static long charged(long bytes) {
        return bytes <= FREE ? 0 : bytes;
    }
}
