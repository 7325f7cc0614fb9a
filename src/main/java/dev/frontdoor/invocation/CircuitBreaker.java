package dev.frontdoor.invocation;

import dev.frontdoor.invocation.thread.Timeouts;
import dev.frontdoor.notifier.UnprocessableRegistrationException;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Suspends a notifier that has failed many times in a row: it is not called with registrations,
 * except with one now and then, the probe, which finds out whether it works again.
 *
 * <p>What a worker sends may be the reason of a failure, so failures count by the network that they
 * come from. Each connection counts once. The notifier is suspended for one network after too many
 * failures since the last success of that network. It is suspended for all networks after too many
 * failures since the last success of any, where no network counts for more than a quarter of them.
 * Safe for use by any thread.
 */
final class CircuitBreaker {

    /** The maximum number of networks that are remembered. */
    static final int MAX_NETWORKS = 200;

    private static final int SHARES = 4;

    private static final Logger log = LoggerFactory.getLogger(CircuitBreaker.class);

    private final String notifier;
    private final int maxFailures;
    private final Duration probeInterval;
    private final Clock clock;

    /** The networks that have failed since their last success; beyond the maximum the latest. */
    private final SequencedMap<String, FailingNetwork> failing =
            new LinkedHashMap<>(16, 0.75f, true);

    /** The networks of the connections that failed since the last success and count for all. */
    private final Map<Long, String> failures = new HashMap<>();

    /** Whether the notifier is suspended, and there was no success since the last failure. */
    private boolean open;

    private boolean openForAll;

    /** While it is suspended for all, when a network that has not failed may make a probe. */
    private long nextNewProbe;

    /** While it is suspended for all, when a network that has failed may make a probe. */
    private long nextProbe;

    CircuitBreaker(String notifier, int maxFailures, Duration probeInterval, Clock clock) {
        this.notifier = notifier;
        this.maxFailures = maxFailures;
        this.probeInterval = probeInterval;
        this.clock = clock;
    }

    /** One network that has failed since its last success. */
    private static final class FailingNetwork {

        private final Set<Long> pids = new HashSet<>();
        private boolean open;
        private long nextProbe;

        FailingNetwork(long now) {
            this.nextProbe = now;
        }
    }

    /** Whether no network has failed since its last success, so that all may call the notifier. */
    synchronized boolean isClear() {
        return failing.isEmpty();
    }

    /** Whether the notifier is suspended for a network, with no success since its last failure. */
    synchronized boolean isOpen() {
        return open;
    }

    /** Whether the notifier is suspended for this network. */
    synchronized boolean isOpenFor(String network) {
        FailingNetwork own = failing.get(network);
        return openForAll || (own != null && own.open);
    }

    /** When the next probe may be made; null unless {@link #isOpen}. */
    synchronized @Nullable Instant nextProbe() {
        if (!open) {
            return null;
        }
        long now = clock.monotonicTime();
        long left =
                openForAll
                        ? Math.min(nextNewProbe - now, nextProbe - now)
                        : failing.values().stream()
                                .filter(network -> network.open)
                                .mapToLong(network -> network.nextProbe - now)
                                .min()
                                .orElse(0);
        return Instant.ofEpochMilli(clock.wallTime()).plus(Duration.ofNanos(Math.max(0, left)));
    }

    /** The time after which this network may try a call; null if it may now. */
    synchronized @Nullable Duration retryAfter(String network) {
        long left = left(network, clock.monotonicTime());
        return left <= 0 ? null : Duration.ofNanos(Math.min(left, Timeouts.nanos(probeInterval)));
    }

    private long left(String network, long now) {
        FailingNetwork own = failing.get(network);
        if (own == null) {
            return openForAll ? nextNewProbe - now : 0;
        }
        long left = openForAll || own.open ? own.nextProbe - now : 0;
        return openForAll ? Math.max(left, nextProbe - now) : left;
    }

    /** Whether a call may be made now. If it is a probe, the next one has to wait. */
    synchronized boolean tryCall(String network) {
        long now = clock.monotonicTime();
        if (left(network, now) > 0) {
            return false;
        }
        FailingNetwork own = failing.get(network);
        if (openForAll) {
            if (own == null) {
                nextNewProbe = after(now, 1);
                own = remember(network, now);
            } else {
                nextProbe = after(now, 1);
            }
            // Those that have failed take turns.
            own.nextProbe = after(now, failing.size());
        } else if (own != null && own.open) {
            own.nextProbe = after(now, 1);
        }
        return true;
    }

    private long after(long now, int intervals) {
        long nanos = Timeouts.nanos(probeInterval);
        return now + (nanos > Long.MAX_VALUE / intervals ? Long.MAX_VALUE : nanos * intervals);
    }

    /** Takes the result of a call into account. */
    void called(String network, long pid, CallResult result) {
        switch (result) {
            case CallResult.Accepted _, CallResult.Rejected _ -> succeeded(network);
            case CallResult.Failed(UnprocessableRegistrationException _) -> {}
            case CallResult.Failed _, CallResult.TimedOut _ -> failed(network, pid);
            // A notifier that does not take the worker has not shown that it works.
            case CallResult.Declined _, CallResult.Skipped _ -> {}
        }
    }

    private synchronized void succeeded(String network) {
        FailingNetwork own = failing.remove(network);
        failures.clear();
        if (openForAll) {
            log.info("notifier '{}' works again", notifier);
            long now = clock.monotonicTime();
            failing.values().forEach(other -> other.nextProbe = now);
        } else if (own != null && own.open) {
            log.info("notifier '{}' works again for {}", notifier, network);
        }
        open = false;
        openForAll = false;
    }

    private synchronized void failed(String network, long pid) {
        long now = clock.monotonicTime();
        FailingNetwork own = remember(network, now);
        if (!own.open && own.pids.add(pid) && own.pids.size() >= maxFailures) {
            own.open = true;
            own.pids.clear();
            own.nextProbe = after(now, 1);
            log.warn(
                    "notifier '{}' failed for {} connections in a row from {}; it is called with"
                            + " one registration from there every {} until one succeeds",
                    notifier,
                    maxFailures,
                    network,
                    probeInterval);
        }
        open |= own.open;
        countForAll(network, pid, now);
    }

    private void countForAll(String network, long pid, long now) {
        int share = Collections.frequency(failures.values(), network);
        if (openForAll || share >= Math.ceilDiv(maxFailures, SHARES)) {
            return;
        }
        failures.put(pid, network);
        if (failures.size() >= maxFailures) {
            open = true;
            openForAll = true;
            nextNewProbe = after(now, 1);
            nextProbe = after(now, 1);
            log.warn(
                    "notifier '{}' failed for {} connections in a row from {} addresses; it is"
                            + " called with few registrations every {} until one succeeds",
                    notifier,
                    maxFailures,
                    Set.copyOf(failures.values()).size(),
                    probeInterval);
        }
    }

    private FailingNetwork remember(String network, long now) {
        FailingNetwork own = failing.computeIfAbsent(network, _ -> new FailingNetwork(now));
        if (failing.size() > MAX_NETWORKS) {
            var _ = failing.pollFirstEntry();
        }
        return own;
    }
}
