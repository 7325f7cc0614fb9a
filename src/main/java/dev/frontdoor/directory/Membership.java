package dev.frontdoor.directory;

import dev.frontdoor.directory.DirtyPids.Dirty;
import dev.frontdoor.notifier.FleetException;
import dev.frontdoor.notifier.FleetWorker;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * The part of this instance in the directory: its lease, and the entries of its workers. One thread
 * calls {@link #step}, which does what is due; the other methods may be called from any thread.
 *
 * <p>An entry is read from the live table when it is written, and one batch is written at a time,
 * with a number that grows with each attempt. Redis refuses a batch with a lower number than the
 * last. So a batch that was delayed on its way never overwrites a later one.
 */
final class Membership {

    private static final Logger log = LoggerFactory.getLogger(Membership.class);

    /** Changes of one batch. */
    static final int MAX_BATCH = 64;

    /** Bytes after which a batch is closed; a script takes some milliseconds for them. */
    private static final int MAX_BATCH_BYTES = 128 * 1024;

    /** Entries that are written again with each renewal, in case an eviction has damaged them. */
    private static final int AUDITED = 50;

    /** Entries that are compared at once. */
    private static final int COMPARED = 1000;

    private static final long RETRY = TimeUnit.MILLISECONDS.toNanos(200);

    private final Redis redis;
    private final HeldWorkers held;
    private final DirtyPids dirty;
    private final DirectoryProperties properties;
    private final String version;
    private final BooleanSupplier draining;
    private final LongConsumer onReturned;
    private final DirectoryMetrics metrics;
    private final Clock clock;

    /** Pids that may have an entry in this epoch. */
    private final Set<Long> written = new HashSet<>();

    private volatile Epoch epoch;
    private volatile boolean begun;
    private volatile @Nullable String fault = "the directory was not reached yet";
    private volatile long entries;
    private volatile long clockOffset;
    private Iterator<Long> audit = List.<Long>of().iterator();
    private long sequence;
    private long acknowledged;
    private long nextRenewal;
    private long nextWrite;

    /**
     * An instance that is not in the directory yet.
     *
     * @param version of its software
     * @param draining whether it accepts no further worker
     * @param onReturned takes a pid that was reported lost; does not wait
     */
    Membership(
            String instance,
            Redis redis,
            HeldWorkers held,
            DirtyPids dirty,
            DirectoryProperties properties,
            String version,
            BooleanSupplier draining,
            LongConsumer onReturned,
            DirectoryMetrics metrics,
            Clock clock) {
        this.epoch = new Epoch(Epoch.SCHEMA, instance, 1);
        this.redis = redis;
        this.held = held;
        this.dirty = dirty;
        this.properties = properties;
        this.version = version;
        this.draining = draining;
        this.onReturned = onReturned;
        this.metrics = metrics;
        this.clock = clock;
        nextRenewal = clock.monotonicTime();
        nextWrite = clock.monotonicTime();
    }

    /** The present epoch. */
    Epoch epoch() {
        return epoch;
    }

    /** Why this instance is not in the directory; null if it is. */
    @Nullable String fault() {
        return fault;
    }

    /** How many entries Redis had after the last answer. */
    long entries() {
        return entries;
    }

    /** Milliseconds to add to this machine's clock for that of Redis. */
    long clockOffset() {
        return clockOffset;
    }

    /**
     * Does what is due. May wait for Redis.
     *
     * @return nanoseconds until the next step, unless a pid becomes dirty before
     */
    long step() {
        try {
            redis.connect();
            if (clock.monotonicTime() - nextRenewal >= 0) {
                renew();
            }
            if (begun && clock.monotonicTime() - nextWrite >= 0) {
                write();
            }
            long now = clock.monotonicTime();
            long renewal = nextRenewal - now;
            return Math.max(0, dirty.size() == 0 ? renewal : Math.min(renewal, nextWrite - now));
        } catch (FleetException e) {
            fail(e);
            return RETRY;
        }
    }

    /** Leaves the directory, as far as Redis answers. */
    void leave() {
        if (begun) {
            try {
                Reply _ = redis.run(Script.RELEASE, List.of(epoch.facts()));
            } catch (FleetException e) {
                log.warn("the directory was not left: {}", e.getMessage());
            }
        }
    }

    private void fail(FleetException e) {
        if (fault == null) {
            log.warn("the directory is behind: {}", e.getMessage());
        }
        fault = String.valueOf(e.getMessage());
    }

    private void renew() {
        Epoch before = epoch.plus(-1);
        long sent = clock.wallTime();
        Reply reply =
                redis.run(
                        Script.RENEW,
                        List.of(epoch.facts(), epoch.latest(), before.facts()),
                        properties.lease().toMillis(),
                        version,
                        draining.getAsBoolean() ? 1 : 0,
                        clockOffset,
                        begun ? "" : epoch.number());
        if (!reply.state().equals("OK")) {
            begin(reply.state());
            return;
        }
        clockOffset = reply.number(1) - (sent + clock.wallTime()) / 2;
        redis.enter(epoch, reply.number(1));
        if (epoch.number() > 1) {
            redis.enter(before, reply.number(1));
        }
        nextRenewal = clock.monotonicTime() + properties.renewalInterval().toNanos();
        if (!begun) {
            begun = true;
            sequence = reply.number(2);
            acknowledged = sequence;
            entries = reply.number(3);
            written.clear();
            rewrite();
            log.info("entered the directory with epoch {}", epoch.number());
        } else if (reply.number(2) < acknowledged
                || reply.number(3) != reply.number(4)
                || reply.number(3) != entries) {
            log.warn("epoch {}: Redis has lost entries, which are written again", epoch.number());
            acknowledged = reply.number(2);
            entries = reply.number(3);
            compare();
        } else {
            audit();
        }
        recover();
    }

    private void recover() {
        if (fault != null) {
            log.info("the directory is reached");
            fault = null;
        }
    }

    /** The epoch is over for others, or Redis has forgotten it: the next one begins. */
    private void begin(String why) {
        if (begun) {
            log.warn(
                    "epoch {} has ended ({}): the workers are entered anew",
                    epoch.number(),
                    why.equals("GONE") ? "Redis has lost it" : "it was claimed");
        }
        epoch = epoch.plus(1);
        begun = false;
        nextRenewal = clock.monotonicTime();
        renew();
    }

    private void rewrite() {
        long now = clock.monotonicTime();
        for (long pid : held.pids()) {
            Dirty _ = dirty.add(pid, now);
        }
    }

    /** Writes all entries again, and removes those that Redis has too many. */
    private void compare() {
        long now = clock.monotonicTime();
        String last = "";
        List<String> ranks;
        do {
            ranks = redis.ranksAfter(epoch, last, COMPARED);
            for (String rank : ranks) {
                long pid = Entry.pidOf(rank);
                written.add(pid);
                Dirty _ = dirty.add(pid, now);
                last = rank;
            }
        } while (ranks.size() == COMPARED);
        rewrite();
    }

    private void audit() {
        long now = clock.monotonicTime();
        for (int i = 0; i < AUDITED && i < held.size(); i++) {
            if (!audit.hasNext()) {
                audit = held.pids().iterator();
            }
            if (audit.hasNext()) {
                Dirty _ = dirty.add(audit.next(), now);
            }
        }
    }

    private void write() {
        List<Dirty> taken = dirty.take(MAX_BATCH);
        if (taken.isEmpty()) {
            return;
        }
        boolean done = false;
        try {
            done = write(taken);
        } finally {
            if (!done) {
                dirty.putBack(taken);
            }
        }
    }

    private boolean write(List<Dirty> taken) {
        List<Object> arguments =
                new ArrayList<>(
                        List.of(
                                ++sequence,
                                Epoch.channel(epoch.schema()),
                                epoch.schema(),
                                epoch.instance(),
                                epoch.number()));
        List<Dirty> sent = new ArrayList<>();
        Set<Long> put = new HashSet<>();
        int bytes = 0;
        for (Dirty next : taken) {
            FleetWorker worker = held.find(next.pid());
            byte[] entry =
                    worker == null ? new byte[0] : Entry.write(worker, properties.indexedLabels());
            if (bytes > 0 && bytes + entry.length > MAX_BATCH_BYTES) {
                break;
            }
            sent.add(next);
            if (worker != null) {
                put.add(next.pid());
            } else if (!written.contains(next.pid())) {
                continue;
            }
            bytes += entry.length;
            arguments.add(Entry.pid(next.pid()));
            arguments.add(entry);
        }
        written.addAll(put);
        if (arguments.size() > 5) {
            Reply reply =
                    redis.run(
                            Script.WRITE,
                            List.of(epoch.facts(), epoch.lost()),
                            arguments.toArray());
            switch (reply.state()) {
                case "OK" -> {
                    acknowledged = sequence;
                    entries = reply.number(2);
                    reply.texts(1).forEach(pid -> onReturned.accept(Entry.pid(pid)));
                    recover();
                }
                case "STALE" -> {
                    // An earlier connection has delivered this batch.
                    return false;
                }
                default -> {
                    begin(reply.state());
                    return false;
                }
            }
        }
        settle(taken, sent, put);
        return true;
    }

    private void settle(List<Dirty> taken, List<Dirty> sent, Set<Long> put) {
        long now = clock.monotonicTime();
        for (Dirty done : sent) {
            if (!put.contains(done.pid())) {
                written.remove(done.pid());
            }
            metrics.written(now - done.since());
            done.written().complete(null);
        }
        dirty.putBack(taken.subList(sent.size(), taken.size()));
        Duration pause =
                Duration.ofSeconds(1)
                        .multipliedBy(sent.size())
                        .dividedBy(properties.maxWritesPerSecond());
        nextWrite = now + pause.toNanos();
    }
}
