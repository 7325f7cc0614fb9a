package dev.frontdoor.webhook;

import org.jspecify.annotations.Nullable;

import reactor.core.Disposable;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The undelivered events of one pid, in their order. Belongs to the lock of {@link DeliveryQueue}.
 */
final class PidQueue {

    final long pid;
    final Queue<Entry> entries = new ArrayDeque<>();

    /** Attempts that failed at what is first now. */
    int attempts;

    /** Attempts that failed in this lane's life. */
    int failures;

    /** Set while it waits to be tried again. */
    @Nullable Disposable pause;

    PidQueue(long pid) {
        this.pid = pid;
    }

    /**
     * One event.
     *
     * @param since when it was handed over, in milliseconds of the timer
     */
    record Entry(Event event, long since) {}
}
