package dev.frontdoor.webhook;

import dev.frontdoor.webhook.PidQueue.Entry;

import org.jspecify.annotations.Nullable;

import reactor.core.Disposable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * The undelivered events, in one queue for each pid, also of another instance. A pid is ready, in
 * flight, or in the pause after a failed attempt. So its events keep their order and never overlap.
 *
 * <p>This class holds state only: it sends nothing, knows no time and never waits.
 */
final class DeliveryQueue {

    private final int capacity;
    private final long maxBytes;
    private final int maxInFlight;
    private final WebhookMetrics metrics;

    private final Map<Object, PidQueue> pids = new HashMap<>();
    private final Deque<PidQueue> ready = new ArrayDeque<>();
    private final CompletableFuture<Boolean> allFlushed = new CompletableFuture<>();
    private int size;
    private long bytes;
    private int inFlight;
    private boolean flushing;
    private boolean closed;

    /** An empty queue, which holds {@code capacity} events of {@code maxBytes} in all at most. */
    DeliveryQueue(int capacity, long maxBytes, int maxInFlight, WebhookMetrics metrics) {
        this.capacity = capacity;
        this.maxBytes = maxBytes;
        this.maxInFlight = maxInFlight;
        this.metrics = metrics;
    }

    /**
     * One attempt to deliver the first event of a pid. {@link #remove}, {@link #pause} or {@link
     * #putBack} ends it.
     *
     * @param number 1 for the first attempt at this event
     */
    record Attempt(PidQueue pid, Entry entry, int number) {

        Event event() {
            return entry.event();
        }
    }

    /**
     * Queues an event.
     *
     * @param now nanoseconds of the monotonic clock
     * @return false if the queue is full or closed
     */
    synchronized boolean add(Event event, long now) {
        long added = event.maxSize();
        if (closed || size >= capacity || bytes + added > maxBytes) {
            metrics.dropped();
            return false;
        }
        size++;
        bytes += added;
        metrics.queued();
        PidQueue pid = pids.get(event.key());
        if (pid == null) {
            pid = new PidQueue(event.key());
            pids.put(event.key(), pid);
            ready.add(pid);
        }
        pid.entries.add(new Entry(event, now));
        return true;
    }

    /**
     * Starts an attempt for the next ready pid; null if there is none or too many are in flight.
     */
    synchronized @Nullable Attempt take() {
        if (inFlight >= maxInFlight || ready.isEmpty()) {
            return null;
        }
        PidQueue pid = ready.remove();
        pid.inFlight = true;
        inFlight++;
        return new Attempt(pid, Objects.requireNonNull(pid.entries.peek()), pid.failures + 1);
    }

    /** Ends an attempt that was not made. */
    synchronized void putBack(Attempt attempt) {
        if (land(attempt.pid())) {
            ready.addFirst(attempt.pid());
        }
    }

    /**
     * Ends an attempt and removes its event. The pid continues with the next event.
     *
     * @param delivered false if the event is given up
     * @return false if the attempt has ended before, or the queue is closed
     */
    boolean remove(Attempt attempt, boolean delivered) {
        PidQueue pid = attempt.pid();
        CompletableFuture<Boolean> flushed = null;
        boolean pidIsEmpty;
        boolean allEmpty;
        synchronized (this) {
            if (!land(pid)) {
                return false;
            }
            size--;
            bytes -= pid.entries.remove().event().maxSize();
            pid.failures = 0;
            pidIsEmpty = pid.entries.isEmpty();
            allEmpty = size == 0 && flushing;
            if (delivered) {
                metrics.delivered();
            } else {
                metrics.gaveUp(1);
            }
            if (pidIsEmpty) {
                pids.remove(pid.key);
            } else {
                ready.add(pid);
            }
            if (pidIsEmpty || !delivered) {
                flushed = replaceFlushed(pid);
            }
        }
        if (flushed != null) {
            flushed.complete(pidIsEmpty);
        }
        if (allEmpty) {
            allFlushed.complete(true);
        }
        return true;
    }

    /**
     * Ends a failed attempt. The pid waits until {@link #resume} or a flush.
     *
     * @param pause disposed of when the pause ends
     * @return false if the attempt has ended before, or the queue is closed
     */
    boolean pause(Attempt attempt, Disposable pause) {
        PidQueue pid = attempt.pid();
        CompletableFuture<Boolean> flushed;
        synchronized (this) {
            if (!land(pid)) {
                return false;
            }
            pid.failures = attempt.number();
            pid.pause = pause;
            flushed = replaceFlushed(pid);
            metrics.retried();
        }
        flushed.complete(false);
        return true;
    }

    /** Ends this pause, unless it has ended before. The pid is the next to be taken. */
    synchronized void resume(PidQueue pid, Disposable pause) {
        if (pause.equals(pid.pause)) {
            endPause(pid);
        }
    }

    /**
     * Ends the pause of a pid.
     *
     * @return completes with true when no event of the pid is left, and with false when an attempt
     *     fails first
     */
    synchronized CompletableFuture<Boolean> flush(long pid) {
        PidQueue queue = pids.get(pid);
        if (queue == null) {
            return CompletableFuture.completedFuture(true);
        }
        endPause(queue);
        return queue.flushed.copy();
    }

    /**
     * Ends all pauses.
     *
     * @return completes with true when no event is left
     */
    synchronized CompletableFuture<Boolean> flushAll() {
        flushing = true;
        pids.values().forEach(this::endPause);
        return size == 0 ? CompletableFuture.completedFuture(true) : allFlushed.copy();
    }

    /**
     * Takes no further events and gives up those that are left.
     *
     * @return how many were left
     */
    int close() {
        List<PidQueue> abandoned;
        int left;
        synchronized (this) {
            closed = true;
            left = size;
            size = 0;
            bytes = 0;
            metrics.gaveUp(left);
            pids.values().forEach(this::endPause);
            abandoned = List.copyOf(pids.values());
            pids.clear();
            ready.clear();
        }
        abandoned.forEach(pid -> pid.flushed.complete(true));
        return left;
    }

    /** Whether the pid was in flight and its attempt still counts. */
    private boolean land(PidQueue pid) {
        if (!pid.inFlight) {
            return false;
        }
        pid.inFlight = false;
        inFlight--;
        return !closed;
    }

    private void endPause(PidQueue pid) {
        Disposable pause = pid.pause;
        if (pause != null) {
            pause.dispose();
            pid.pause = null;
            ready.addFirst(pid);
        }
    }

    private static CompletableFuture<Boolean> replaceFlushed(PidQueue pid) {
        CompletableFuture<Boolean> flushed = pid.flushed;
        pid.flushed = new CompletableFuture<>();
        return flushed;
    }
}
