package dev.frontdoor.directory;

import dev.frontdoor.directory.FleetProperties.Rebalance;
import dev.frontdoor.notifier.ConnectedWorker;
import dev.frontdoor.notifier.Eviction;
import dev.frontdoor.notifier.EvictionProgress.State;
import dev.frontdoor.notifier.EvictionRequest;
import dev.frontdoor.notifier.FleetInstance;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.notifier.Workers;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * Evicts workers of this instance while it is the fullest, so that they reconnect to others. It
 * needs no memory of whom it has moved: a worker that has moved is connected for a short time only,
 * and such a worker is not evicted. Used by one thread at a time.
 */
final class Rebalancer {

    private static final Logger log = LoggerFactory.getLogger(Rebalancer.class);

    /** Seconds that one eviction takes; the counts are compared again after it. */
    private static final int SECONDS = 15;

    private final String own;
    private final Workers workers;
    private final Rebalance properties;
    private final FleetMetrics metrics;
    private final Clock clock;

    /** When each connected worker was first seen, by pid. */
    private final Map<Long, Long> since = new HashMap<>();

    private @Nullable Eviction eviction;

    Rebalancer(
            String own, Workers workers, Rebalance properties, FleetMetrics metrics, Clock clock) {
        this.own = own;
        this.workers = workers;
        this.properties = properties;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Compares the instances, and evicts workers if this one has too many. */
    synchronized void balance(List<FleetInstance> instances) {
        look();
        List<FleetInstance> live = instances.stream().filter(FleetInstance::live).toList();
        Eviction last = eviction;
        boolean running = last != null && last.progress().state() == State.RUNNING;
        if (live.stream().anyMatch(FleetInstance::draining)) {
            if (running && last != null && last.cancel()) {
                log.info("the rebalancing stops: an instance drains");
            }
        } else if (!running) {
            int surplus = surplus(live);
            if (surplus > 0) {
                evict(surplus);
            }
        }
    }

    private void look() {
        Set<Long> connected =
                workers.list(WorkerFilter.ALL).stream()
                        .map(ConnectedWorker::pid)
                        .collect(Collectors.toSet());
        long now = clock.monotonicTime();
        since.keySet().retainAll(connected);
        connected.forEach(pid -> since.putIfAbsent(pid, now));
    }

    /** How many workers this instance has above the average, if it is the fullest. */
    private int surplus(List<FleetInstance> live) {
        FleetInstance fullest =
                live.stream()
                        .max(
                                Comparator.comparingLong(FleetInstance::workers)
                                        .thenComparing(FleetInstance::name))
                        .orElse(null);
        if (fullest == null || !fullest.name().equals(own)) {
            return 0;
        }
        double average = live.stream().mapToLong(FleetInstance::workers).average().orElseThrow();
        long surplus = fullest.workers() - (long) Math.ceil(average);
        return surplus <= average * properties.tolerance() ? 0 : Math.toIntExact(surplus);
    }

    private void evict(int surplus) {
        long now = clock.monotonicTime();
        List<Long> movable = new ArrayList<>();
        since.forEach((pid, seen) -> {
            if (now - seen > properties.minStay().toNanos()) {
                movable.add(pid);
            }
        });
        Collections.shuffle(movable, ThreadLocalRandom.current());
        int most =
                Math.min(
                        Math.min(surplus, movable.size()),
                        Math.min(EvictionRequest.MAX_PIDS, properties.maxPerSecond() * SECONDS));
        if (most == 0) {
            return;
        }
        try {
            Eviction begun =
                    workers.evict(
                            EvictionRequest.pids(Set.copyOf(movable.subList(0, most)))
                                    .withRatePerSecond(properties.maxPerSecond())
                                    .withDeadline(Duration.ofSeconds(2 * SECONDS)));
            eviction = begun;
            metrics.rebalanced(begun.progress().selected());
            log.info(
                    "rebalancing: this instance has {} workers more than the average, and evicts {}",
                    surplus,
                    begun.progress().selected());
        } catch (IllegalStateException e) {
            log.info("no rebalancing now: {}", e.getMessage());
        }
    }
}
