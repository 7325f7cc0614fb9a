package dev.frontdoor.webhook;

import org.jspecify.annotations.Nullable;

import reactor.core.Disposable;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** The undelivered events of one pid, in their order. Guarded by {@link DeliveryQueue}'s lock. */
final class PidQueue {

    final Object key;
    final Queue<Entry> entries = new ArrayDeque<>();

    /** Whether an attempt to deliver the first event has started and not ended. */
    boolean inFlight;

    /** Failed attempts to deliver the first event. */
    int failures;

    /** Set while the first event waits to be sent again. */
    @Nullable Disposable pause;

    /** Completes with true when the queue is empty, and with false when an attempt fails first. */
    CompletableFuture<Boolean> flushed = new CompletableFuture<>();

    PidQueue(Object key) {
        this.key = key;
    }

    /**
     * One event.
     *
     * @param since when it was queued, in nanoseconds of the monotonic clock
     */
    record Entry(Event event, long since) {}
}
