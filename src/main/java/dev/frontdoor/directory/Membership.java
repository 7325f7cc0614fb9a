package dev.frontdoor.directory;

import dev.frontdoor.notifier.FleetException;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The part of this instance in the directory: its epoch, its lease, and the entries of its workers.
 * One thread calls {@link #step}, which does what is due; the other methods may be called from any
 * thread.
 */
final class Membership {

    private static final Logger log = LoggerFactory.getLogger(Membership.class);

    /** Time from a failure to the next attempt. */
    private static final long RETRY = TimeUnit.MILLISECONDS.toNanos(200);

    private final Redis redis;
    private final EpochSet epochs;
    private final EntryWriter writer;
    private final DirtyPids dirty;
    private final DirectoryProperties properties;
    private final String version;
    private final BooleanSupplier draining;
    private final Clock clock;

    private volatile Epoch epoch;
    private volatile @Nullable String fault = "the directory was not reached yet";
    private boolean begun;
    private boolean behind;
    private long clockOffset;
    private long nextRenewal;

    /**
     * An instance that is not in the directory yet.
     *
     * @param version of its software
     * @param draining whether it accepts no further worker
     */
    Membership(
            String instance,
            Redis redis,
            EntryWriter writer,
            DirtyPids dirty,
            DirectoryProperties properties,
            String version,
            BooleanSupplier draining,
            Clock clock) {
        this.epoch = new Epoch(Epoch.SCHEMA, instance, 1);
        this.redis = redis;
        this.epochs = new EpochSet(redis);
        this.writer = writer;
        this.dirty = dirty;
        this.properties = properties;
        this.version = version;
        this.draining = draining;
        this.clock = clock;
        nextRenewal = clock.monotonicTime();
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
        return writer.entries();
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
            if (begun && writer.pause() <= 0) {
                String refused = writer.write(epoch);
                if (refused != null) {
                    begin(refused);
                }
            }
            recover();
            long renewal = nextRenewal - clock.monotonicTime();
            return Math.max(0, dirty.size() == 0 ? renewal : Math.min(renewal, writer.pause()));
        } catch (FleetException e) {
            if (!behind) {
                log.warn("the directory is behind: {}", e.getMessage());
                behind = true;
            }
            fault = String.valueOf(e.getMessage());
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

    private void recover() {
        if (behind) {
            log.info("the directory is reached again");
            behind = false;
        }
        fault = null;
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
        epochs.enter(epoch, reply.number(1));
        if (begun) {
            writer.check(epoch, reply.number(2), reply.number(3), reply.number(4));
        } else {
            // An eviction may have left something of the epoch before, which others then remove.
            if (epoch.number() > 1) {
                epochs.enter(before, reply.number(1));
            }
            writer.begin(reply.number(2), reply.number(3));
            begun = true;
            log.info("entered the directory with epoch {}", epoch.number());
        }
        nextRenewal = clock.monotonicTime() + properties.renewalInterval().toNanos();
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
        renew();
    }
}
