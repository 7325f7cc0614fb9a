package dev.frontdoor.webhook;

import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.logging.RepeatedLines.Kind;
import dev.frontdoor.webhook.DeliveryQueue.Attempt;

import io.micrometer.core.instrument.Clock;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Delivers the events of a {@link DeliveryQueue} at least once. If the receiver does not accept an
 * event, it is sent again after a pause, until it is too old or was sent too often.
 */
final class EventDelivery implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EventDelivery.class);

    private final WebhookProperties.Deliveries settings;
    private final DeliveryQueue queue;
    private final Function<Event, WebhookResult> sender;
    private final IntFunction<Duration> backoff;
    private final Executor threads;
    private final Scheduler timer;
    private final RepeatedLines lines;
    private final Clock clock;

    /**
     * Starts no thread before the first event.
     *
     * @param sender sends an event; may block
     * @param backoff the pause after so many failed attempts
     * @param threads run the sender
     * @param timer ends pauses and waits; never blocked
     * @param clock tells the age of an event
     */
    EventDelivery(
            WebhookProperties.Deliveries settings,
            DeliveryQueue queue,
            Function<Event, WebhookResult> sender,
            IntFunction<Duration> backoff,
            Executor threads,
            Scheduler timer,
            Clock clock) {
        this.settings = settings;
        this.queue = queue;
        this.sender = sender;
        this.backoff = backoff;
        this.threads = threads;
        this.timer = timer;
        this.lines =
                new RepeatedLines((delay, action) -> {
                    Disposable _ = timer.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
                });
        this.clock = clock;
    }

    /** Queues an event, or drops it if the queue is full or closed. Does not wait. */
    void add(Event event) {
        if (queue.add(event, clock.monotonicTime())) {
            start();
        } else {
            repeat(
                    "dropped events",
                    () ->
                            log.warn(
                                    "pid {}: event {} ({}) dropped: the queue is full or closed",
                                    event.pid(),
                                    event.id(),
                                    event.type()));
        }
    }

    /**
     * Sends the events of a pid without their pause.
     *
     * @return completes with true when none is left, and with false when an attempt fails or the
     *     limit passes first
     */
    CompletableFuture<Boolean> flush(long pid, Duration limit) {
        CompletableFuture<Boolean> flushed = queue.flush(pid);
        start();
        return within(limit, flushed);
    }

    private CompletableFuture<Boolean> within(Duration limit, CompletableFuture<Boolean> flushed) {
        if (!flushed.isDone()) {
            Disposable end =
                    timer.schedule(
                            () -> flushed.complete(false), limit.toMillis(), TimeUnit.MILLISECONDS);
            CompletableFuture<?> _ = flushed.whenComplete((_, _) -> end.dispose());
        }
        return flushed;
    }

    /** Uses one more thread if a pid is ready and another event may be in flight. */
    private void start() {
        Attempt first = queue.take();
        if (first == null) {
            return;
        }
        try {
            threads.execute(() -> deliver(first));
        } catch (RuntimeException | Error e) {
            queue.putBack(first);
            throw e;
        }
    }

    private void deliver(Attempt first) {
        for (Attempt attempt = first; attempt != null; attempt = queue.take()) {
            try {
                finish(attempt, send(attempt.event()));
            } catch (RuntimeException | Error e) {
                long pid = attempt.event().pid();
                repeat("failed deliveries", () -> log.error("pid {}: delivery failed", pid, e));
                giveUp(attempt, e.toString());
            }
        }
    }

    private void repeat(String what, Runnable line) {
        lines.log(Kind.FAULT, what, "the webhook", line);
    }

    private WebhookResult send(Event event) {
        try {
            return sender.apply(event);
        } catch (RuntimeException e) {
            return new WebhookResult.Failed("could not be called", true, e);
        }
    }

    private void finish(Attempt attempt, WebhookResult result) {
        if (result instanceof WebhookResult.Accepted) {
            boolean _ = queue.remove(attempt, true);
        } else if (attempt.number() >= settings.maxAttempts() || isTooOld(attempt)) {
            giveUp(attempt, result.description());
        } else {
            retry(attempt, result);
        }
    }

    private boolean isTooOld(Attempt attempt) {
        return timeLeft(attempt) <= 0;
    }

    /** Nanoseconds until the event is too old. */
    private long timeLeft(Attempt attempt) {
        return settings.maxAge().toNanos() - (clock.monotonicTime() - attempt.entry().since());
    }

    private void giveUp(Attempt attempt, String why) {
        if (queue.remove(attempt, false)) {
            Event event = attempt.event();
            repeat(
                    "abandoned events",
                    () ->
                            log.warn(
                                    "pid {}: event {} ({}) given up after attempt {}: {}",
                                    event.pid(),
                                    event.id(),
                                    event.type(),
                                    attempt.number(),
                                    why));
        }
    }

    private void retry(Attempt attempt, WebhookResult result) {
        long pause = Math.max(pause(attempt, result).toMillis(), 1);
        Disposable.Swap end = Disposables.swap();
        if (queue.pause(attempt, end)) {
            Event event = attempt.event();
            log.debug(
                    "pid {}: event {} sent again in {} ms: {}",
                    event.pid(),
                    event.id(),
                    pause,
                    result.description());
            end.update(timer.schedule(() -> resume(attempt, end), pause, TimeUnit.MILLISECONDS));
        }
    }

    /** The backoff, or what the receiver asks for, if that is longer and ends before the event. */
    private Duration pause(Attempt attempt, WebhookResult result) {
        Duration pause = backoff.apply(attempt.number());
        if (result instanceof WebhookResult.Failed failed) {
            long asked = Math.min(failed.retryAfter().toNanos(), timeLeft(attempt));
            return Duration.ofNanos(Math.max(asked, pause.toNanos()));
        }
        return pause;
    }

    private void resume(Attempt attempt, Disposable pause) {
        queue.resume(attempt.pid(), pause);
        start();
    }

    /**
     * Sends what is left without pauses, and again until the flush timeout. Then gives up the rest
     * and drops what comes later.
     */
    @Override
    public void close() {
        CompletableFuture<Boolean> flushed = queue.flushAll();
        for (int i = 0; i < settings.maxConcurrent(); i++) {
            start();
        }
        try {
            Boolean _ = within(settings.flushTimeout(), flushed).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing fails this future", e);
        }
        int left = queue.close();
        if (left > 0) {
            log.warn("{} events given up because the service stops", left);
        }
    }
}
