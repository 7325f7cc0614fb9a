package dev.frontdoor.auth.jwt;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The keys in force, and when the issuer is asked for them: from the start on, regularly, and
 * because of a key that is unknown. While it does not answer, the keys of before stay in force. All
 * requests are made by one thread, one after the other. Used by any thread; nothing but {@link
 * #awaitFirst} waits.
 */
public final class JwtKeys implements AutoCloseable {

    /** How many checks may wait for one response of the issuer. */
    static final int MAX_WAITING = 1000;

    private static final Logger log = LoggerFactory.getLogger(JwtKeys.class);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final KeySource source;
    private final JwtRules properties;
    private final JwtMetrics metrics;
    private final Clock clock;
    private final ScheduledExecutorService executor;
    private final CountDownLatch first = new CountDownLatch(1);
    private final List<Runnable> waiting = new ArrayList<>();
    private volatile @Nullable KeySet current;
    private volatile @Nullable Failure failure;

    /** When the last keys came, in milliseconds since 1970. */
    private volatile long fetchedAt;

    private int failuresInARow;
    private boolean fetching;
    private boolean asked;
    private long lastAskedAt;
    private Future<?> next = CompletableFuture.completedFuture(null);

    JwtKeys(
            KeySource source,
            JwtRules properties,
            JwtMetrics metrics,
            ScheduledExecutorService executor,
            Clock clock) {
        this.source = source;
        this.properties = properties;
        this.metrics = metrics;
        this.executor = executor;
        this.clock = clock;
    }

    /** A thread for the requests. */
    static ScheduledExecutorService thread() {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("jwt-keys").factory());
    }

    /** Asks the issuer for the first keys, and regularly from then on. */
    synchronized void start() {
        fetchAfter(Duration.ZERO);
    }

    /** The keys in force; null before the first ones. */
    public @Nullable KeySet current() {
        return current;
    }

    /** Whether there have to be keys. */
    public boolean areNeeded() {
        return properties.isEnabled();
    }

    /** How many keys are in force. */
    public int count() {
        KeySet keys = current;
        return keys == null ? 0 : keys.keys().size();
    }

    /** When the issuer gave the keys in force; null before the first ones. */
    public @Nullable Instant fetchedAt() {
        return current == null ? null : Instant.ofEpochMilli(fetchedAt);
    }

    /** Why the last request failed; null if it did not. */
    public @Nullable Failure failure() {
        return failure;
    }

    /** The time now, to compare with {@link KeySet#askedAt}. */
    public long now() {
        return clock.monotonicTime();
    }

    /**
     * Asks the issuer because of an unknown key, unless that happened a short time ago.
     *
     * @param afterwards run once, on another thread, after the response or its failure
     * @return whether {@code afterwards} will be run
     */
    public synchronized boolean refresh(Runnable afterwards) {
        long now = now();
        boolean due = !asked || now - lastAskedAt >= properties.unknownKeyInterval().toNanos();
        if (waiting.size() >= MAX_WAITING || !(fetching || due)) {
            return false;
        }
        if (!fetching) {
            asked = true;
            lastAskedAt = now;
            fetching = true;
            fetchAfter(Duration.ZERO);
        }
        waiting.add(afterwards);
        return true;
    }

    /** Waits for the first keys, for a limited time. */
    void awaitFirst(Duration limit) throws InterruptedException {
        if (!first.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            log.warn(
                    "there are no keys of {} after {}: JWTs cannot be checked until they come",
                    properties.source(),
                    limit);
        }
    }

    private synchronized void fetchAfter(Duration pause) {
        next.cancel(false);
        if (!executor.isShutdown()) {
            next = executor.schedule(this::fetch, pause.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void fetch() {
        synchronized (this) {
            fetching = true;
        }
        long start = now();
        Duration pause = properties.refreshInterval();
        try {
            KeySet keys = source.fetch(start);
            metrics.fetched(Duration.ofNanos(now() - start));
            replace(keys);
            failuresInARow = 0;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException | Error e) {
            metrics.failed(Duration.ofNanos(now() - start));
            failed(e instanceof IOException ? String.valueOf(e.getMessage()) : e.toString());
            failuresInARow++;
            Duration retry = FIRST_PAUSE.multipliedBy(1L << Math.min(failuresInARow - 1, 5));
            pause = shorter(pause, shorter(retry, LONGEST_PAUSE));
        }
        end(pause).forEach(Runnable::run);
    }

    private synchronized List<Runnable> end(Duration pause) {
        fetching = false;
        fetchAfter(pause);
        List<Runnable> waited = List.copyOf(waiting);
        waiting.clear();
        return waited;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void replace(KeySet keys) {
        KeySet before = current;
        current = keys;
        fetchedAt = clock.wallTime();
        failure = null;
        first.countDown();
        if (before == null || !before.keys().equals(keys.keys())) {
            log.info(
                    "keys of {} in force: {}, ignored: {}",
                    properties.source(),
                    keys.keys().size(),
                    keys.ignored());
        }
    }

    /** Logs each reason when it is new. */
    private void failed(String reason) {
        Failure before = failure;
        failure = new Failure(reason, Instant.ofEpochMilli(clock.wallTime()));
        if (before == null || !before.reason().equals(reason)) {
            log.warn(
                    "the keys of JWTs cannot be fetched: {}; {}",
                    reason,
                    current == null
                            ? "JWTs cannot be checked until they come"
                            : "those of before stay in force");
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        first.countDown();
    }

    /**
     * A request for keys that failed.
     *
     * @param reason for people
     * @param at when it failed
     */
    public record Failure(String reason, Instant at) {}
}
