package dev.frontdoor.directory;

import dev.frontdoor.notifier.FleetException;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisReadOnlyException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.Base16;
import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Runs scripts on Redis, with a time limit for each answer. Used by any thread. Only {@link
 * #connect} waits for a connection: without one, everything else fails at once.
 */
final class Redis {

    /** The time of Redis, in milliseconds. */
    static final String REDIS_TIME =
            """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            """;

    /** Unanswered calls in a row after which the connection is closed, and another one opened. */
    private static final int MAX_UNANSWERED = 3;

    private final Connections connections;
    private final Map<Script, Loaded> scripts = new EnumMap<>(Script.class);
    private final Duration timeout;
    private final DirectoryTimeouts timeouts;
    private final DirectoryMetrics metrics;
    private final Clock clock;
    private final AtomicInteger unanswered = new AtomicInteger();
    private volatile boolean readOnly;
    private volatile @Nullable RedisClusterAsyncCommands<byte[], byte[]> commands;

    /** Where connections come from. */
    interface Connections {

        /** A connection, which reconnects by itself; may wait. */
        RedisClusterAsyncCommands<byte[], byte[]> open();

        /** Closes the connection. */
        void reset();
    }

    /**
     * Runs scripts.
     *
     * @param time what the scripts begin with: it defines {@code now}
     * @param timeout for one answer
     */
    Redis(
            Connections connections,
            String time,
            Duration timeout,
            DirectoryTimeouts timeouts,
            DirectoryMetrics metrics,
            Clock clock) {
        this.connections = connections;
        for (Script script : Script.values()) {
            String source = time + script.source();
            scripts.put(
                    script,
                    new Loaded(source, Base16.digest(source.getBytes(StandardCharsets.UTF_8))));
        }
        this.timeout = timeout;
        this.timeouts = timeouts;
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * Connects, if there is no connection. May wait.
     *
     * @throws FleetException if Redis cannot be reached
     */
    synchronized void connect() {
        try {
            if (readOnly || unanswered.get() >= MAX_UNANSWERED) {
                readOnly = false;
                unanswered.set(0);
                commands = null;
                connections.reset();
            }
            if (commands == null) {
                commands = connections.open();
            }
        } catch (RuntimeException e) {
            throw failure("connect", e);
        }
    }

    /** Runs a script, and waits for its result. */
    Reply run(Script script, List<String> keys, Object... arguments) {
        return await(start(script, keys, arguments));
    }

    /**
     * Runs a script.
     *
     * @param keys of one slot; the first is that of the facts of an epoch
     * @param arguments texts, numbers, or bytes
     */
    CompletableFuture<Reply> start(Script script, List<String> keys, Object... arguments) {
        Loaded loaded = Objects.requireNonNull(scripts.get(script));
        byte[][] keyBytes = keys.stream().map(Redis::bytes).toArray(byte[][]::new);
        byte[][] values = Stream.of(arguments).map(Redis::bytes).toArray(byte[][]::new);
        return call(
                script.label(),
                redis ->
                        redis.<List<?>>evalsha(
                                        loaded.sha1, ScriptOutputType.MULTI, keyBytes, values)
                                .exceptionallyCompose(failure ->
                                        isNoScript(failure)
                                                ? redis.<List<?>>eval(
                                                        loaded.source,
                                                        ScriptOutputType.MULTI,
                                                        keyBytes,
                                                        values)
                                                : CompletableFuture.failedStage(failure))
                                .thenApply(Reply::new));
    }

    /** Waits for a result. */
    static <T> T await(CompletableFuture<T> result) {
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FleetException("interrupted while Redis was asked", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof FleetException failure
                    ? failure
                    : new FleetException("Redis: " + e.getCause(), e.getCause());
        }
    }

    /** Calls Redis without a script. */
    <T> CompletableFuture<T> call(
            String what,
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
        RedisClusterAsyncCommands<byte[], byte[]> redis = commands;
        if (redis == null) {
            return CompletableFuture.failedFuture(
                    new FleetException("there is no connection to Redis", null));
        }
        long start = clock.monotonicTime();
        CompletableFuture<T> answer = deferred(() -> call.apply(redis)).toCompletableFuture();
        Future<?> limit =
                timeouts.after(timeout, () -> answer.completeExceptionally(new TimeoutException()));
        return answer.handle((result, failure) -> {
            limit.cancel(false);
            metrics.called(what, clock.monotonicTime() - start, failure == null);
            if (failure != null) {
                throw failure(what, failure);
            }
            unanswered.set(0);
            return result;
        });
    }

    private FleetException failure(String what, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        if (cause instanceof TimeoutException) {
            unanswered.incrementAndGet();
            return new FleetException(
                    "Redis has not answered '%s' within %s ms".formatted(what, timeout.toMillis()),
                    cause);
        }
        // A failover has made a replica of this server; a new connection leads to its successor.
        if (cause instanceof RedisReadOnlyException) {
            readOnly = true;
        }
        return new FleetException("Redis failed at '%s': %s".formatted(what, cause), cause);
    }

    private static <T> CompletionStage<T> deferred(Supplier<CompletionStage<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private static boolean isNoScript(@Nullable Throwable failure) {
        return failure instanceof RedisNoScriptException
                || (failure instanceof CompletionException
                        && failure.getCause() instanceof RedisNoScriptException);
    }

    static byte[] bytes(Object value) {
        return value instanceof byte[] bytes
                ? bytes
                : value.toString().getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A script with the time of Redis, and its hash. */
    private record Loaded(String source, String sha1) {}
}
