package dev.frontdoor.connection;

import dev.frontdoor.registration.MemoryBudget;

/**
 * The room that one connection takes for its messages in the budget of all. Until its worker has
 * proved itself, that room is also a part of the smaller budget of all who have not. Belongs to the
 * connection's event loop.
 */
final class MessageRoom {

    private final MemoryBudget all;
    private final MemoryBudget unproven;
    private boolean proven;
    private long used;

    MessageRoom(MemoryBudget all, MemoryBudget unproven) {
        this.all = all;
        this.unproven = unproven;
    }

    /** Takes room for bytes. Returns false, and takes none, if there is not enough. */
    boolean reserve(long bytes) {
        if (!proven && !unproven.reserve(bytes)) {
            return false;
        }
        if (!all.reserve(bytes)) {
            releaseUnproven(bytes);
            return false;
        }
        used += bytes;
        return true;
    }

    void release(long bytes) {
        used -= bytes;
        all.release(bytes);
        releaseUnproven(bytes);
    }

    /** The worker has proved itself: only the budget of all bounds it from now on. */
    void onProven() {
        releaseUnproven(used);
        proven = true;
    }

    private void releaseUnproven(long bytes) {
        if (!proven) {
            unproven.release(bytes);
        }
    }
}
