package dev.frontdoor.connection;

import dev.frontdoor.registration.MemoryBudget;

/**
 * The part of the budget that one connection uses. Little is free, so that an exhausted budget ends
 * no connection whose messages are small. Belongs to the connection's event loop.
 */
final class MessageReservation {

    /** Bytes that need no room in the budget. */
    static final int FREE = 4 * 1024;

    private final MemoryBudget budget;
    private long size;

    MessageReservation(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Reserves further bytes. Returns false, and changes nothing, if there is no room. */
    boolean add(long bytes) {
        return resize(size + bytes);
    }

    /** Reserves this many bytes in all; like {@link #add}. Fewer bytes always find room. */
    boolean resize(long bytes) {
        long more = charged(bytes) - charged(size);
        boolean reserved = more <= 0 || budget.reserve(more);
        if (reserved) {
            if (more < 0) {
                budget.release(-more);
            }
            size = bytes;
        }
        return reserved;
    }

    void remove(long bytes) {
        boolean _ = resize(size - bytes);
    }

    /** Gives all bytes back. */
    void clear() {
        remove(size);
    }

    /** What counts of a number of bytes. */
    static long charged(long bytes) {
        return bytes <= FREE ? 0 : bytes;
    }
}
