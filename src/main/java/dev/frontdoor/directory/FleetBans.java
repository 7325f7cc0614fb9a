package dev.frontdoor.directory;

import dev.frontdoor.notifier.Ban;
import dev.frontdoor.notifier.SharedBans;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The bans of all instances, in Redis. A change of this instance counts here at once, and is
 * written again until Redis has it. If Redis has lost its data, each instance writes what it knows.
 * Used by any thread.
 */
final class FleetBans implements SharedBans {

    private static final Logger log = LoggerFactory.getLogger(FleetBans.class);

    /** The key of the bans of all instances. */
    static final String KEY = "frontdoor:%s:bans".formatted(Epoch.SCHEMA);

    /** Bans that Redis keeps. */
    static final int MAX = 1000;

    /** Changes that wait for Redis. */
    private static final int MAX_CHANGES = 2 * MAX;

    private final Redis redis;
    private final Runnable onWritten;
    private final Executor executor;
    private final Clock clock;

    /** What Redis had last. */
    private final Map<String, Known> known = new LinkedHashMap<>();

    /** Changes that Redis may not have yet: a ban, or null for its end. */
    private final LinkedHashMap<String, Change> changes = new LinkedHashMap<>();

    private final CompletableFuture<@Nullable Void> first = new CompletableFuture<>();
    private volatile Runnable listener = () -> {};
    private long version;
    private boolean behind;

    /** The latest call of Redis, and the one that waits for it; null if none waits. */
    private CompletableFuture<@Nullable Void> latest = CompletableFuture.completedFuture(null);

    private @Nullable CompletableFuture<@Nullable Void> next;

    /**
     * A ban until a time of the monotonic clock.
     *
     * @param text what Redis keeps of it
     */
    private record Known(Ban ban, boolean disconnects, long end, String text) {}

    /**
     * A change.
     *
     * @param kind {@code ban}, {@code keep} or {@code unban}
     */
    private record Change(String kind, @Nullable Known ban) {}

    /**
     * No bans yet.
     *
     * @param onWritten what follows a change that Redis has; does not wait
     * @param executor runs what follows an answer
     */
    FleetBans(Redis redis, Runnable onWritten, Executor executor, Clock clock) {
        this.redis = redis;
        this.onWritten = onWritten;
        this.executor = executor;
        this.clock = clock;
    }

    @Override
    public void onChange(Runnable action) {
        listener = action;
    }

    @Override
    public synchronized List<SharedBan> current() {
        Map<String, Known> bans = new LinkedHashMap<>(known);
        changes.forEach((identity, change) -> {
            Known ban = change.ban;
            if (ban == null) {
                bans.remove(identity);
            } else if (change.kind.equals("ban")) {
                bans.put(identity, ban);
            } else {
                bans.putIfAbsent(identity, ban);
            }
        });
        return bans.values().stream()
                .map(ban -> new SharedBan(ban.ban, ban.disconnects, left(ban)))
                .filter(ban -> ban.left().isPositive())
                .toList();
    }

    @Override
    public void ban(SharedBan ban) {
        change(
                ban.ban().identity(),
                new Change(
                        "ban",
                        new Known(
                                ban.ban(),
                                ban.disconnects(),
                                clock.monotonicTime() + ban.left().toNanos(),
                                BanText.write(ban.ban(), ban.disconnects()))));
    }

    @Override
    public void unban(String identity) {
        change(identity, new Change("unban", null));
    }

    private synchronized void change(String identity, Change change) {
        // A later change of an identity goes last.
        changes.remove(identity);
        changes.put(identity, change);
        if (changes.size() > MAX_CHANGES) {
            Change _ = changes.pollFirstEntry().getValue();
            log.warn("a change of a ban is forgotten: too many wait for Redis");
        }
        var _ = synchronize();
    }

    /**
     * Writes the changes of this instance, and reads those of others.
     *
     * @return completes when that is done, and fails if Redis does not answer
     */
    synchronized CompletableFuture<@Nullable Void> synchronize() {
        CompletableFuture<@Nullable Void> waiting = next;
        if (waiting != null) {
            return waiting;
        }
        // One call at a time, so that no answer is older than the one before.
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        var _ = latest.whenCompleteAsync((_, _) -> call(done), executor);
        next = done;
        latest = done;
        return done;
    }

    /** Waits until the bans were read for the first time, at most so long. */
    void awaitFirst(Duration atMost) {
        try {
            first.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the bans of other instances could not be read at the start");
        }
    }

    private void call(CompletableFuture<@Nullable Void> done) {
        Map<String, Change> sent;
        synchronized (this) {
            next = null;
            sent = new LinkedHashMap<>(changes);
        }
        List<Object> arguments = new ArrayList<>(List.of(MAX));
        sent.forEach((identity, change) -> {
            Known ban = change.ban;
            arguments.add(change.kind);
            arguments.add(identity);
            arguments.add(ban == null ? 0 : left(ban).toMillis());
            arguments.add(ban == null ? "" : ban.text);
        });
        var _ =
                redis.start(Script.BANS, List.of(KEY), arguments.toArray())
                        .thenAcceptAsync(reply -> answered(reply, sent), executor)
                        .whenComplete((_, failure) -> {
                            if (failure == null) {
                                first.complete(null);
                                done.complete(null);
                            } else {
                                failed(failure);
                                done.completeExceptionally(failure);
                            }
                        });
    }

    private void answered(Reply reply, Map<String, Change> sent) {
        boolean lost = take(reply, sent);
        listener.run();
        if (lost) {
            var _ = synchronize();
        }
        if (!sent.isEmpty()) {
            onWritten.run();
        }
    }

    private synchronized void failed(Throwable why) {
        if (!behind) {
            log.warn("the bans of other instances cannot be read: {}", String.valueOf(why));
            behind = true;
        }
    }

    /** Takes an answer; true if Redis has lost bans, which are written again. */
    private synchronized boolean take(Reply reply, Map<String, Change> sent) {
        behind = false;
        if (reply.number(4) > 0) {
            log.warn("{} bans are dropped: all instances together keep {}", reply.number(4), MAX);
        }
        changes.entrySet().removeAll(sent.entrySet());
        boolean lost = reply.number(2) < version;
        version = reply.number(3);
        if (lost) {
            log.warn("Redis has lost bans, which are written again");
            known.forEach((identity, ban) -> {
                if (!sent.containsKey(identity)) {
                    changes.putIfAbsent(identity, new Change("keep", ban));
                }
            });
        }
        known.clear();
        List<String> found = reply.texts(5);
        for (int i = 0; i < found.size(); i += 2) {
            Known ban = read(found.get(i), found.get(i + 1), reply.number(1));
            if (ban != null) {
                known.put(found.get(i), ban);
            }
        }
        return lost;
    }

    private @Nullable Known read(String identity, String ban, long now) {
        try {
            int space = ban.indexOf(' ');
            String text = ban.substring(space + 1);
            long left = Long.parseLong(ban.substring(0, space)) - now;
            BanText read = BanText.read(text);
            return new Known(
                    read.ban(identity),
                    read.x(),
                    clock.monotonicTime() + Duration.ofMillis(left).toNanos(),
                    text);
        } catch (RuntimeException e) {
            log.warn("a ban in Redis is malformed: {}", String.valueOf(e.getMessage()));
            return null;
        }
    }

    private Duration left(Known ban) {
        return Duration.ofNanos(ban.end - clock.monotonicTime());
    }
}
