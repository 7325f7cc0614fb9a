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
        boolean reserved = budget.reserve(charged(size + bytes) - charged(size));
        if (reserved) {
            size += bytes;
        }
        return reserved;
    }

    void remove(long bytes) {
        budget.release(charged(size) - charged(size - bytes));
        size -= bytes;
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
