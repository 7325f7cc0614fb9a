package dev.frontdoor.registration;

import dev.frontdoor.notifier.Ban;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.notifier.SharedBans;
import dev.frontdoor.notifier.SharedBans.SharedBan;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The identities that are rejected for a time. Used by any thread. */
public final class Bans {

    private static final Logger log = LoggerFactory.getLogger(Bans.class);

    /** How many identities may be banned at once. */
    public static final int MAX = 1000;

    /** The longest ban. */
    public static final Duration MAX_DURATION = Duration.ofDays(365);

    private final LiveTable table;
    private final Clock clock;
    private final String instance;
    private final @Nullable SharedBans shared;
    private final ConcurrentMap<String, Entry> entries = new ConcurrentHashMap<>();

    /**
     * No identity is banned yet.
     *
     * @param instance the name of this process
     * @param shared the bans of all instances; null if each has its own
     */
    Bans(LiveTable table, Clock clock, String instance, @Nullable SharedBans shared) {
        this.table = table;
        this.clock = clock;
        this.instance = instance;
        this.shared = shared;
        if (shared != null) {
            shared.onChange(this::refresh);
        }
    }

    /**
     * Bans an identity, or replaces its ban.
     *
     * @param disconnect whether connections of this identity are closed too
     * @param by who bans it, for the log
     * @throws IllegalArgumentException if an argument is not allowed; the message names it
     * @throws IllegalStateException if too many identities are banned
     */
    public Ban ban(
            String identity, Duration duration, String reason, boolean disconnect, String by) {
        check(identity, duration, reason);
        Instant now = Instant.ofEpochMilli(clock.wallTime());
        Ban ban =
                new Ban(
                        identity,
                        reason,
                        now,
                        now.plus(duration).truncatedTo(ChronoUnit.MILLIS),
                        instance);
        put(new SharedBan(ban, disconnect, duration));
        log.info(
                "identity '{}' is banned by {} until {}: {}",
                DisplayText.of(identity),
                by,
                ban.until(),
                reason);
        if (disconnect) {
            closeWorkers(ban);
        }
        return ban;
    }

    private void closeWorkers(Ban ban) {
        table.newestFirst()
                .filter(worker -> worker.registration().identity().equals(ban.identity()))
                .forEach(worker -> close(worker, ban));
    }

    /** The bans of all instances may have changed. */
    private void refresh() {
        for (Entry begun : applyShared()) {
            log.info(
                    "identity '{}' is banned by instance {} until {}: {}",
                    DisplayText.of(begun.ban.identity()),
                    begun.ban.instance(),
                    begun.ban.until(),
                    begun.ban.reason());
            if (begun.disconnects) {
                closeWorkers(begun.ban);
            }
        }
    }

    /** Takes over the bans of all instances, and returns those that are new here. */
    private synchronized List<Entry> applyShared() {
        List<Entry> begun = new ArrayList<>();
        Map<String, Entry> before = new HashMap<>(entries);
        for (SharedBan next : shared == null ? List.<SharedBan>of() : shared.current()) {
            Entry earlier = before.remove(next.ban().identity());
            if (earlier == null || !earlier.ban.equals(next.ban())) {
                Entry entry = entry(next);
                entries.put(next.ban().identity(), entry);
                begun.add(entry);
            }
        }
        before.forEach((identity, ended) -> {
            if (entries.remove(identity, ended) && isInForce(ended)) {
                log.info(
                        "identity '{}' is not banned any more, by another instance",
                        DisplayText.of(identity));
            }
        });
        return begun;
    }

    /**
     * Ends a ban.
     *
     * @param by who ends it, for the log
     * @return whether the identity was banned
     */
    public boolean unban(String identity, String by) {
        boolean banned = remove(identity);
        if (banned) {
            log.info("identity '{}' is not banned any more, by {}", DisplayText.of(identity), by);
        }
        return banned;
    }

    private synchronized boolean remove(String identity) {
        Entry entry = entries.remove(identity);
        boolean banned = entry != null && isInForce(entry);
        if (banned && shared != null) {
            shared.unban(identity);
        }
        return banned;
    }

    /** The bans that are in force, the latest first. */
    public List<Ban> inForce() {
        return entries.values().stream()
                .filter(this::isInForce)
                .map(Entry::ban)
                .sorted(Comparator.comparing(Ban::since).reversed())
                .toList();
    }

    /**
     * Why a registration with this identity is rejected; null if it is not banned. A ban is no
     * shortage that ends soon, so the reason does not end in a time to try again.
     */
    @Nullable Decision objection(String identity) {
        Entry entry = entry(identity);
        return entry == null ? null : new Decision.Rejected(text(entry.ban));
    }

    /** A registration is in force: closes it if its identity was banned while it was decided. */
    void onInForce(LiveWorker worker) {
        Entry entry = entry(worker.registration().identity());
        if (entry != null && entry.disconnects) {
            close(worker, entry.ban);
        }
    }

    private @Nullable Entry entry(String identity) {
        if (entries.isEmpty()) {
            return null;
        }
        Entry entry = entries.get(identity);
        return entry != null && isInForce(entry) ? entry : null;
    }

    private synchronized void put(SharedBan ban) {
        String identity = ban.ban().identity();
        entries.values().removeIf(earlier -> !isInForce(earlier));
        if (entries.size() >= MAX && !entries.containsKey(identity)) {
            throw new IllegalStateException(
                    "%s identities are banned, the maximum; end a ban first".formatted(MAX));
        }
        if (shared != null) {
            shared.ban(ban);
        }
        entries.put(identity, entry(ban));
    }

    private Entry entry(SharedBan ban) {
        return new Entry(
                ban.ban(), clock.monotonicTime() + ban.left().toNanos(), ban.disconnects());
    }

    private boolean isInForce(Entry entry) {
        return entry.end - clock.monotonicTime() > 0;
    }

    private static void close(LiveWorker worker, Ban ban) {
        worker.link().close(CloseCause.DISCONNECTED, text(ban));
    }

    /** The date is last, so that no reason turns it into an invitation to try again. */
    private static String text(Ban ban) {
        return "the identity is banned (%s) until %s"
                .formatted(ban.reason(), ban.until().truncatedTo(ChronoUnit.SECONDS));
    }

    private static void check(String identity, Duration duration, String reason) {
        require(
                identity.codePoints().noneMatch(it -> Character.getType(it) == Character.SURROGATE),
                "identity must be well-formed: no worker has one with an unpaired surrogate");
        int size = Utf8.size(identity);
        require(
                size <= RegistrationRules.MAX_IDENTITY_SIZE,
                "identity must have at most %s bytes of UTF-8, has %s"
                        .formatted(RegistrationRules.MAX_IDENTITY_SIZE, size));
        require(
                duration.isPositive() && duration.compareTo(MAX_DURATION) <= 0,
                "duration must be more than 0 and at most 365 days, was " + duration);
        require(
                !DisplayText.isTruncated(reason)
                        && reason.codePoints().allMatch(DisplayText::isSafe),
                "reason must have at most %s characters, and none that breaks or reorders a line"
                        .formatted(DisplayText.MAX_LENGTH));
    }

    private static void require(boolean allowed, String message) {
        if (!allowed) {
            throw new IllegalArgumentException(message);
        }
    }

    /**
     * One ban.
     *
     * @param end when it ends, in nanoseconds of the monotonic clock
     * @param disconnects whether it closes connections too
     */
    private record Entry(Ban ban, long end, boolean disconnects) {}
}
