package dev.frontdoor.webhook;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the heap for events that are being sent: JSON may have twice the size of what a worker
 * declared, and many are sent at once. A sender waits until there is room. Used by any thread.
 */
final class SendingMemory {

    /** How often an event is in memory: its values, its JSON while it grows, and as a whole. */
    private static final int COPIES = 4;

    private static final int UNIT = 1024;

    private final int max;
    private final Semaphore free;

    /**
     * Memory of which nothing is used. An event that needs more than all of it is sent alone.
     *
     * @param bytes 1 or more
     */
    SendingMemory(long bytes) {
        max = Math.clamp(bytes / UNIT, 1, Integer.MAX_VALUE);
        free = new Semaphore(max, true);
    }

    /**
     * Waits for room for an event; false if there is none in time. {@link #release} gives it back.
     */
    boolean acquire(Event event, Duration atMost) throws InterruptedException {
        return free.tryAcquire(units(event), atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    void release(Event event) {
        free.release(units(event));
    }

    private int units(Event event) {
        return (int) Math.min(max, event.maxSize() * COPIES / UNIT + 1);
    }
}
