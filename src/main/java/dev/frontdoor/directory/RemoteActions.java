package dev.frontdoor.directory;

import dev.frontdoor.directory.FleetOutcome.PushFailed;
import dev.frontdoor.directory.Outbox.Delivery;
import dev.frontdoor.directory.PendingActions.Pending;
import dev.frontdoor.notifier.PushException.Reason;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks other instances for actions, and awaits their outcomes. An action ends once: by the answer,
 * by its time limit, because it was not delivered, because its instance has lost its lease, or
 * because the caller has canceled it. Used by any thread.
 */
final class RemoteActions {

    /** How long an action is awaited that is no push. */
    private static final Duration TIME_LIMIT = Duration.ofSeconds(10);

    private final String own;
    private final Redis redis;
    private final Outbox outbox;
    private final FleetKey key;
    private final RedisClock redisClock;
    private final FleetProperties properties;
    private final Duration lease;
    private final DirectoryTimeouts timeouts;
    private final FleetMetrics metrics;
    private final Clock clock;
    private final AtomicLong lastId = new AtomicLong();
    private final PendingActions pending;
    private volatile long lastRenewal;

    /**
     * Asks other instances.
     *
     * @param own the name of this process
     * @param lease after which an instance is not reached any more
     */
    RemoteActions(
            String own,
            Redis redis,
            Outbox outbox,
            FleetKey key,
            RedisClock redisClock,
            FleetProperties properties,
            Duration lease,
            DirectoryTimeouts timeouts,
            FleetMetrics metrics,
            Clock clock) {
        this.own = own;
        this.redis = redis;
        this.outbox = outbox;
        this.key = key;
        this.redisClock = redisClock;
        this.properties = properties;
        this.pending =
                new PendingActions(
                        new ConcurrentHashMap<>(),
                        properties.maxPending(),
                        properties.maxPendingBytes().toBytes());
        this.lease = lease;
        this.timeouts = timeouts;
        this.metrics = metrics;
        this.clock = clock;
        metrics.observe(pending::size);
    }

    /** Asks an instance. Canceling the future cancels the action. */
    CompletableFuture<FleetOutcome> perform(String instance, FleetAction action) {
        return perform(
                instance,
                action,
                action instanceof FleetAction.Push push ? push.timeLimit() : TIME_LIMIT);
    }

    /** Asks an instance, which ignores an action that reaches it after the limit. */
    CompletableFuture<FleetOutcome> perform(String instance, FleetAction action, Duration limit) {
        byte[] content = action.content();
        int size = content == null ? 0 : content.length;
        FleetOutcome refusal = refusal(action, size);
        if (refusal != null) {
            return refuse(action, refusal);
        }
        long id = lastId.incrementAndGet();
        Pending next =
                new Pending(
                        instance, action, size, clock.monotonicTime(), new CompletableFuture<>());
        if (!pending.add(id, next)) {
            return refuse(
                    action,
                    ActionFailures.failed(
                            action,
                            Reason.TOO_MANY_PENDING,
                            "too many actions of other instances are awaited: frontdoor.fleet.max-pending or max-pending-bytes"));
        }
        var _ = next.outcome().whenComplete((outcome, _) -> ended(id, next, outcome));
        Future<?> timeout =
                timeouts.after(limit, () -> next.end(ActionFailures.expired(action, limit)));
        var _ = next.outcome().whenComplete((_, _) -> timeout.cancel(false));
        var _ =
                send(instance, id, limit, action)
                        .whenComplete((delivery, failure) -> {
                            if (failure != null) {
                                boolean _ =
                                        next.end(
                                                ActionFailures.unreachable(
                                                        action,
                                                        String.valueOf(failure.getMessage())));
                            } else if (delivery != Delivery.DELIVERED) {
                                boolean _ =
                                        next.end(
                                                ActionFailures.undelivered(
                                                        instance, action, delivery));
                            }
                        });
        return next.outcome();
    }

    private CompletableFuture<FleetOutcome> refuse(FleetAction action, FleetOutcome with) {
        metrics.ended(action, with.label(), 0);
        return CompletableFuture.completedFuture(with);
    }

    /**
     * An instance has answered.
     *
     * @return false if the answer comes too late, or nobody has asked
     */
    boolean answered(FleetMessage message, FleetOutcome outcome) {
        Pending of = pending.find(message.id());
        return of != null && of.instance().equals(message.from()) && of.end(outcome);
    }

    /**
     * This instance has its lease. Ends what was asked of instances that have lost theirs.
     *
     * @param lapsed whether it had lost its lease, or Redis its data, so that answers were lost
     */
    void sweep(boolean lapsed) {
        long now = clock.monotonicTime();
        lastRenewal = now;
        if (lapsed) {
            endAll("this instance had lost its lease, or Redis its data");
        }
        Set<String> instances = new HashSet<>();
        pending.all().forEach(next -> instances.add(next.instance()));
        for (String instance : instances) {
            byte[] reader = Redis.bytes(new Epoch(Epoch.SCHEMA, instance, 0).reader());
            var _ =
                    redis.call("reader", commands -> commands.exists(reader))
                            .whenComplete((found, failure) -> {
                                if (failure == null && found == 0) {
                                    endAll(instance, now);
                                }
                            });
        }
    }

    /** Ends everything if this instance has not reached Redis for a lease. */
    void sweepWithoutRedis() {
        if (clock.monotonicTime() - lastRenewal > lease.toNanos()) {
            endAll("Redis has not answered for a lease");
        }
    }

    /** Ends everything: this instance stops. */
    void stop() {
        endAll("this instance stops");
    }

    private void endAll(String why) {
        for (Pending next : pending.all()) {
            boolean _ = next.end(ActionFailures.unreachable(next.action(), why));
        }
    }

    private void endAll(String instance, long askedBefore) {
        pending.all().stream()
                .filter(next -> next.instance().equals(instance) && next.since() - askedBefore < 0)
                .forEach(next -> next.end(ActionFailures.absent(instance, next.action())));
    }

    private void ended(long id, Pending next, @Nullable FleetOutcome outcome) {
        pending.remove(id);
        metrics.ended(
                next.action(),
                outcome == null ? "canceled" : outcome.label(),
                clock.monotonicTime() - next.since());
        if (outcome == null) {
            var _ = send(next.instance(), id, TIME_LIMIT, new FleetMessage.Cancel());
        }
    }

    private CompletableFuture<Delivery> send(
            String instance, long id, Duration limit, FleetMessage.Body body) {
        return outbox.send(
                instance,
                key.sign(
                        MessageWriter.write(
                                new FleetMessage(
                                        id,
                                        own,
                                        instance,
                                        redisClock.now() + limit.toMillis(),
                                        body))));
    }

    private @Nullable FleetOutcome refusal(FleetAction action, int size) {
        if (size > properties.maxPayloadSize().toBytes()) {
            return new PushFailed(
                    Reason.PAYLOAD_TOO_LARGE,
                    null,
                    "the payload of %s bytes exceeds frontdoor.fleet.max-payload-size (%s)"
                            .formatted(size, properties.maxPayloadSize()));
        }
        return redisClock.isSet()
                ? null
                : ActionFailures.unreachable(action, "Redis was not reached yet");
    }
}
