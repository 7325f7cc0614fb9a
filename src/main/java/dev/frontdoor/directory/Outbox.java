package dev.frontdoor.directory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Sends messages to other instances, each at most once. For each instance there is one call of
 * Redis at a time; what comes meanwhile goes together with the next. Used by any thread.
 */
final class Outbox {

    /** Messages of one call. */
    private static final int BATCH = 64;

    /** Bytes after which a call takes no further message. */
    private static final int BATCH_BYTES = 256 * 1024;

    /** Messages that wait for their call, to all instances. */
    private static final int MAX_WAITING = 20_000;

    /** Messages that wait for one instance in Redis. */
    private static final int MAX_INBOX = 10_000;

    /** How large they can be, if all are of one size. */
    private static final int MAX_INBOX_BYTES = 16 << 20;

    private final Redis redis;
    private final String reader;
    private final long lease;
    private final Map<String, Deque<Waiting>> queues = new HashMap<>();
    private int waiting;

    /** What has become of a message. */
    enum Delivery {
        /** It is in the inbox of its instance. */
        DELIVERED,
        /** Nobody reads that inbox. */
        ABSENT,
        /** The instance has another key, or another format of messages. */
        OTHER_KEY,
        /** Too many messages wait. */
        FULL
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Waiting(byte[] message, CompletableFuture<Delivery> delivery) {}

    /**
     * Sends messages.
     *
     * @param reader what an instance says that can read them
     * @param lease in milliseconds; an inbox that nobody reads is gone after it
     */
    Outbox(Redis redis, String reader, long lease) {
        this.redis = redis;
        this.reader = reader;
        this.lease = lease;
    }

    /**
     * Sends a message. The future fails if Redis does not answer; the message may have been sent.
     */
    CompletableFuture<Delivery> send(String instance, byte[] message) {
        Waiting next = new Waiting(message, new CompletableFuture<>());
        synchronized (this) {
            if (waiting >= MAX_WAITING) {
                return CompletableFuture.completedFuture(Delivery.FULL);
            }
            waiting++;
            Deque<Waiting> queue = queues.get(instance);
            if (queue != null) {
                queue.add(next);
                return next.delivery;
            }
            queues.put(instance, new ArrayDeque<>());
        }
        deliver(instance, List.of(next));
        return next.delivery;
    }

    /** Whether nothing waits. */
    synchronized boolean isEmpty() {
        return waiting == 0;
    }

    private void deliver(String instance, List<Waiting> batch) {
        Epoch inbox = new Epoch(Epoch.SCHEMA, instance, 0);
        List<Object> arguments =
                new ArrayList<>(List.of(reader, lease, MAX_INBOX, MAX_INBOX_BYTES));
        batch.forEach(next -> arguments.add(next.message));
        var _ =
                redis.start(
                                Script.DELIVER,
                                List.of(inbox.reader(), inbox.inbox()),
                                arguments.toArray())
                        .whenComplete((reply, failure) -> {
                            List<Waiting> more = next(instance, batch.size());
                            if (!more.isEmpty()) {
                                deliver(instance, more);
                            }
                            for (int i = 0; i < batch.size(); i++) {
                                CompletableFuture<Delivery> delivery = batch.get(i).delivery;
                                boolean _ =
                                        failure == null
                                                ? delivery.complete(delivery(reply, i))
                                                : delivery.completeExceptionally(failure);
                            }
                        });
    }

    private static Delivery delivery(Reply reply, int index) {
        return switch (reply.state()) {
            case "OK" -> index < reply.number(1) ? Delivery.DELIVERED : Delivery.FULL;
            case "OTHER" -> Delivery.OTHER_KEY;
            default -> Delivery.ABSENT;
        };
    }

    /** What goes next; nothing ends the calls for this instance until there is another message. */
    private synchronized List<Waiting> next(String instance, int sent) {
        waiting -= sent;
        List<Waiting> batch = new ArrayList<>();
        Deque<Waiting> queue = queues.get(instance);
        int bytes = 0;
        while (queue != null && !queue.isEmpty() && batch.size() < BATCH && bytes < BATCH_BYTES) {
            Waiting next = queue.remove();
            bytes += next.message.length;
            batch.add(next);
        }
        if (batch.isEmpty()) {
            queues.remove(instance);
        }
        return batch;
    }
}
