package dev.frontdoor.directory;

import dev.frontdoor.notifier.FleetException;

import io.lettuce.core.SetArgs;
import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Reads the messages to this instance, and says in Redis that it does. Both are done by one thread,
 * so that an instance that says so reads.
 */
final class Inbox implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Inbox.class);

    /** How long Redis waits for a message. */
    private static final double WAIT_SECONDS = 1;

    /** Messages that one call takes. */
    private static final int MESSAGES = 64;

    /** Time from a failure to the next attempt. */
    private static final Duration RETRY = Duration.ofMillis(200);

    private final Source source;
    private final Redis redis;
    private final Epoch keys;
    private final String reader;
    private final DirectoryProperties properties;
    private final RedisClock redisClock;
    private final Clock clock;
    private final Consumer<byte[]> messages;
    private final RemoteActions remote;
    private final Renewals renewals;
    private volatile boolean running = true;
    private @Nullable Connection connection;
    private boolean begun;
    private boolean behind;
    private long nextRenewal;

    /** What follows a renewal. */
    interface Renewals {

        /**
         * This instance says again that it reads its messages.
         *
         * @param lapsed whether Redis has not known that any more
         */
        void renewed(boolean lapsed);
    }

    /** Where connections come from. */
    interface Source {

        /** A connection that nobody else uses; may wait. */
        Connection connect(Duration timeout);
    }

    /** A connection that waits in Redis. */
    interface Connection extends AutoCloseable {

        /** Takes the next messages, and waits for the first one; empty if none comes in time. */
        CompletionStage<List<byte[]>> take(String key, double seconds, int max);

        @Override
        void close();
    }

    /**
     * Reads messages.
     *
     * @param instance the name of this process
     * @param reader what it says about its reading
     * @param messages gets each message, and must not wait
     * @param remote learns that this instance cannot be answered
     * @param renewals learns that it can
     */
    Inbox(
            Source source,
            Redis redis,
            String instance,
            String reader,
            DirectoryProperties properties,
            RedisClock redisClock,
            Clock clock,
            Consumer<byte[]> messages,
            RemoteActions remote,
            Renewals renewals) {
        this.source = source;
        this.redis = redis;
        this.keys = new Epoch(Epoch.SCHEMA, instance, 0);
        this.reader = reader;
        this.properties = properties;
        this.redisClock = redisClock;
        this.clock = clock;
        this.messages = messages;
        this.remote = remote;
        this.renewals = renewals;
        this.nextRenewal = clock.monotonicTime();
    }

    /** Reads until {@link #stop}. */
    @Override
    public void run() {
        try {
            while (running) {
                step();
            }
            // A renewal may have crossed with the stop.
            leave();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            disconnect();
        }
    }

    /** Says that this instance does not read any more. */
    void stop() {
        running = false;
        leave();
    }

    private void leave() {
        try {
            Long _ =
                    Redis.await(
                            redis.call(
                                    "reader",
                                    commands -> commands.del(Redis.bytes(keys.reader()))));
        } catch (FleetException e) {
            log.debug("the inbox was not closed: {}", e.getMessage());
        }
    }

    private void step() throws InterruptedException {
        try {
            if (clock.monotonicTime() - nextRenewal >= 0) {
                renew();
            }
            take().forEach(this::handle);
            behind = false;
        } catch (RuntimeException e) {
            if (!behind) {
                log.warn("no messages of other instances can be read: {}", e.getMessage());
                behind = true;
            }
            remote.sweepWithoutRedis();
            TimeUnit.NANOSECONDS.sleep(RETRY.toNanos());
        }
    }

    private void handle(byte[] message) {
        try {
            messages.accept(message);
        } catch (RuntimeException | Error e) {
            log.error("a message of another instance could not be handled", e);
        }
    }

    private void renew() {
        redis.connect();
        byte[] before =
                Redis.await(
                        redis.call(
                                "reader",
                                commands ->
                                        commands.setGet(
                                                Redis.bytes(keys.reader()),
                                                Redis.bytes(reader),
                                                SetArgs.Builder.px(properties.lease()))));
        List<byte[]> time = Redis.await(redis.call("time", commands -> commands.time()));
        redisClock.set(
                Long.parseLong(Redis.text(time.get(0))) * 1000
                        + Long.parseLong(Redis.text(time.get(1))) / 1000);
        nextRenewal = clock.monotonicTime() + properties.renewalInterval().toNanos();
        renewals.renewed(begun && before == null);
        begun = true;
    }

    private List<byte[]> take() throws InterruptedException {
        Connection open = connection;
        Duration timeout = properties.commandTimeout().plusMillis((long) (WAIT_SECONDS * 1000));
        if (open == null) {
            open = source.connect(timeout);
            connection = open;
        }
        try {
            return open.take(keys.inbox(), WAIT_SECONDS, MESSAGES)
                    .toCompletableFuture()
                    .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // An answer that comes later than that would be lost.
            disconnect();
            throw new FleetException("the inbox cannot be read: " + e, e);
        }
    }

    private void disconnect() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }
}
