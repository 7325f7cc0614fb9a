package dev.frontdoor.webhook;

import dev.frontdoor.webhook.PidQueue.Entry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Delivers events that nobody waits for, at least once. Those of one pid go one after the other in
 * their order; those of different pids at once, up to a bound. One that the receiver does not take
 * is tried again after a pause, in which its place serves others.
 *
 * <p>A lane is in one of three places: ready, with a deliverer, or in its pause. The lock guards
 * that and is never held while an event is sent.
 */
final class DeliveryQueue implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DeliveryQueue.class);

    private final WebhookProperties.Deliveries settings;
    private final Function<Event, WebhookResult> post;
    private final IntFunction<Duration> pauses;
    private final Executor deliverers;
    private final Scheduler timer;
    private final WebhookMetrics metrics;

    private final Map<Long, PidQueue> lanes = new HashMap<>();
    private final Deque<PidQueue> ready = new ArrayDeque<>();
    private int pending;
    private int delivering;
    private boolean closed;

    /**
     * Empty at first.
     *
     * @param post sends an event; may block
     * @param pauses the pause after so many failed attempts
     * @param deliverers runs what sends
     * @param timer tells the time and ends pauses; never blocked
     */
    DeliveryQueue(
            WebhookProperties.Deliveries settings,
            Function<Event, WebhookResult> post,
            IntFunction<Duration> pauses,
            Executor deliverers,
            Scheduler timer,
            WebhookMetrics metrics) {
        this.settings = settings;
        this.post = post;
        this.pauses = pauses;
        this.deliverers = deliverers;
        this.timer = timer;
        this.metrics = metrics;
    }

    /** Takes an event on, or drops it if the queue is full. Does not wait. */
    void add(Event event) {
        if (queue(event)) {
            deliver();
        } else {
            metrics.dropped();
            log.warn(
                    "pid {}: event {} ({}) dropped: the queue is full or closed",
                    event.pid(),
                    event.id(),
                    event.type());
        }
    }

    private synchronized boolean queue(Event event) {
        if (closed || pending >= settings.queueCapacity()) {
            return false;
        }
        pending++;
        metrics.queued();
        PidQueue lane = lanes.get(event.pid());
        if (lane == null) {
            lane = new PidQueue(event.pid());
            lanes.put(event.pid(), lane);
            ready.add(lane);
        }
        lane.entries.add(new Entry(event, now()));
        return true;
    }

    /**
     * Has what is left of a pid tried at once and waits for that.
     *
     * @return whether nothing is left of it; false if an attempt failed or the time is over
     */
    boolean settle(long pid, Duration limit) throws InterruptedException {
        PidQueue lane;
        int failures;
        synchronized (this) {
            lane = lanes.get(pid);
            if (lane == null) {
                return true;
            }
            failures = lane.failures;
            endPause(lane);
        }
        deliver();
        long end = System.nanoTime() + limit.toNanos();
        synchronized (this) {
            while (lanes.get(pid) == lane && lane.failures == failures) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            return lanes.get(pid) != lane;
        }
    }

    /** Starts a deliverer if something is ready and another one may run. */
    private void deliver() {
        PidQueue lane;
        synchronized (this) {
            if (delivering >= settings.maxConcurrent() || ready.isEmpty()) {
                return;
            }
            lane = ready.remove();
            delivering++;
        }
        deliverers.execute(() -> deliverFrom(lane));
    }

    private void deliverFrom(PidQueue first) {
        PidQueue lane = first;
        while (lane != null) {
            attempt(lane);
            synchronized (this) {
                lane = ready.poll();
                if (lane == null) {
                    delivering--;
                }
            }
        }
    }

    private void attempt(PidQueue lane) {
        Entry entry;
        synchronized (this) {
            if (closed) {
                return;
            }
            entry = Objects.requireNonNull(lane.entries.peek());
        }
        WebhookResult answer = send(entry.event());
        synchronized (this) {
            if (!closed) {
                end(lane, entry, answer);
                notifyAll();
            }
        }
    }

    private WebhookResult send(Event event) {
        try {
            return post.apply(event);
        } catch (RuntimeException e) {
            return new WebhookResult.Failed("could not be asked", true, e);
        }
    }

    private void end(PidQueue lane, Entry entry, WebhookResult answer) {
        if (answer instanceof WebhookResult.Accepted) {
            metrics.delivered();
            remove(lane);
            return;
        }
        lane.attempts++;
        lane.failures++;
        boolean old = now() - entry.since() >= settings.maxAge().toMillis();
        Event event = entry.event();
        if (old || lane.attempts >= settings.maxAttempts()) {
            metrics.gaveUp();
            log.warn(
                    "pid {}: event {} ({}) given up after {} attempts, at last: {}",
                    event.pid(),
                    event.id(),
                    event.type(),
                    lane.attempts,
                    answer.description());
            remove(lane);
        } else {
            metrics.retried();
            log.debug(
                    "pid {}: event {} will be sent again: {}",
                    event.pid(),
                    event.id(),
                    answer.description());
            long pause = Math.max(pauses.apply(lane.attempts).toMillis(), 1);
            lane.pause = timer.schedule(() -> resume(lane), pause, TimeUnit.MILLISECONDS);
        }
    }

    /** Takes out what is first; the lane goes on with the next, or ends. */
    private void remove(PidQueue lane) {
        pending--;
        Entry _ = lane.entries.remove();
        lane.attempts = 0;
        if (lane.entries.isEmpty()) {
            lanes.remove(lane.pid);
        } else {
            ready.add(lane);
        }
    }

    private void resume(PidQueue lane) {
        synchronized (this) {
            endPause(lane);
        }
        deliver();
    }

    /** Makes a lane in its pause the first that is ready. */
    private void endPause(PidQueue lane) {
        Disposable pause = lane.pause;
        if (pause != null) {
            pause.dispose();
            lane.pause = null;
            ready.addFirst(lane);
        }
    }

    private long now() {
        return timer.now(TimeUnit.MILLISECONDS);
    }

    /**
     * Has everything that is left tried at once and, as long as there is time, again. What is left
     * then is given up, and what comes later dropped.
     */
    @Override
    public void close() {
        synchronized (this) {
            lanes.values().forEach(this::endPause);
        }
        for (int i = 0; i < settings.maxConcurrent(); i++) {
            deliver();
        }
        awaitEmpty();
        int left;
        synchronized (this) {
            left = pending;
            closed = true;
            pending = 0;
            lanes.values().forEach(this::endPause);
            lanes.clear();
            ready.clear();
            notifyAll();
        }
        if (left > 0) {
            log.warn("{} events given up: the service stops", left);
        }
        for (int i = 0; i < left; i++) {
            metrics.gaveUp();
        }
    }

    private synchronized void awaitEmpty() {
        long end = System.nanoTime() + settings.flushTimeout().toNanos();
        try {
            while (pending > 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    return;
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
