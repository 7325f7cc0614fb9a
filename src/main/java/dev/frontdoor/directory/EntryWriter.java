package dev.frontdoor.directory;

import dev.frontdoor.directory.DirtyPids.Dirty;
import dev.frontdoor.notifier.FleetException;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Writes the entries of dirty pids. An entry is read from the live table when it is written, and
 * one batch is written at a time, with a number that grows with each attempt. Redis refuses a batch
 * with a lower number than the last. So a batch that was delayed on its way never overwrites a
 * later one. Used by one thread, apart from {@link #entries}.
 */
final class EntryWriter {

    private static final Logger log = LoggerFactory.getLogger(EntryWriter.class);

    private final Redis redis;
    private final HeldWorkers held;
    private final DirtyPids dirty;
    private final EntryRepair repair;
    private final DirectoryProperties properties;
    private final LongConsumer onReturned;
    private final DirectoryMetrics metrics;
    private final Clock clock;

    /** Pids that may have an entry in this epoch. */
    private final Set<Long> written = new HashSet<>();

    private volatile long entries;
    private long sequence;
    private long acknowledged;
    private long nextWrite;

    /**
     * Writes nothing yet.
     *
     * @param onReturned takes a pid that was reported lost; does not wait
     * @param onLost learns that Redis may have lost data; does not wait
     */
    EntryWriter(
            Redis redis,
            HeldWorkers held,
            DirtyPids dirty,
            DirectoryProperties properties,
            LongConsumer onReturned,
            Runnable onLost,
            DirectoryMetrics metrics,
            Clock clock) {
        this.redis = redis;
        this.held = held;
        this.dirty = dirty;
        this.repair = new EntryRepair(redis, held, dirty, onLost, clock);
        this.properties = properties;
        this.onReturned = onReturned;
        this.metrics = metrics;
        this.clock = clock;
        nextWrite = clock.monotonicTime();
    }

    /** How many entries Redis had after the last answer. */
    long entries() {
        return entries;
    }

    /** Nanoseconds until the next batch may be written. */
    long pause() {
        return nextWrite - clock.monotonicTime();
    }

    /** An epoch begins: all workers are written. */
    void begin(long lastSequence, long present) {
        sequence = lastSequence;
        acknowledged = lastSequence;
        entries = present;
        written.clear();
        repair.all();
    }

    /**
     * Compares what Redis has with what was written, and marks what has to be written again.
     *
     * @param lastSequence the number of the last batch that Redis has
     * @param present how many entries it has
     * @param ordered how many of them are in the order
     */
    void check(Epoch epoch, long lastSequence, long present, long ordered) {
        boolean lost =
                lastSequence < acknowledged
                        || present != ordered
                        || (lastSequence == acknowledged && present != entries);
        acknowledged = lastSequence;
        entries = present;
        if (lost) {
            log.warn("epoch {}: Redis has lost entries, which are written again", epoch.number());
            repair.compare(epoch, written);
        } else {
            repair.some();
        }
    }

    /**
     * Writes the next batch.
     *
     * @return why Redis refuses entries of this epoch; null if it does not
     * @throws FleetException if Redis does not answer; the pids stay dirty
     */
    @Nullable String write(Epoch epoch) {
        List<Dirty> taken = dirty.take(Batch.MAX_SIZE);
        if (taken.isEmpty()) {
            return null;
        }
        List<Dirty> left = taken;
        try {
            Batch batch = Batch.of(taken, held, written, properties.indexedLabels());
            String state = batch.changes().isEmpty() ? "OK" : write(epoch, batch);
            if (state.equals("OK")) {
                left = taken.subList(batch.sent().size(), taken.size());
                settle(batch);
                return null;
            }
            // A connection that was lost may have delivered this batch, without its answer.
            return state.equals("STALE") ? null : state;
        } finally {
            dirty.putBack(left);
        }
    }

    private String write(Epoch epoch, Batch batch) {
        written.addAll(batch.put());
        List<Object> arguments =
                new ArrayList<>(
                        List.of(
                                ++sequence,
                                Epoch.channel(epoch.schema()),
                                epoch.schema(),
                                epoch.instance(),
                                epoch.number()));
        arguments.addAll(batch.changes());
        Reply reply =
                redis.run(Script.WRITE, List.of(epoch.facts(), epoch.lost()), arguments.toArray());
        if (reply.state().equals("OK")) {
            acknowledged = sequence;
            entries = reply.number(2);
            reply.texts(1).forEach(pid -> onReturned.accept(Long.parseLong(pid)));
        }
        return reply.state();
    }

    private void settle(Batch batch) {
        long now = clock.monotonicTime();
        for (Dirty done : batch.sent()) {
            if (!batch.put().contains(done.pid())) {
                written.remove(done.pid());
            }
            metrics.written(now - done.since());
            done.written().complete(null);
        }
        Duration pause =
                Duration.ofSeconds(1)
                        .multipliedBy(batch.sent().size())
                        .dividedBy(properties.maxWritesPerSecond());
        nextWrite = now + pause.toNanos();
    }
}
