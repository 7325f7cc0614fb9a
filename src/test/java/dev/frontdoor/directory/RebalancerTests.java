package dev.frontdoor.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.directory.FleetProperties.Rebalance;
import dev.frontdoor.notifier.ConnectedWorker;
import dev.frontdoor.notifier.FleetInstance;
import dev.frontdoor.test.server.ManualTime;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Instances that spread their workers. Evicted workers reconnect to a random instance. */
class RebalancerTests {

    private static final Duration MIN_STAY = Duration.ofMinutes(10);
    private static final int PER_SECOND = 20;

    private final ManualTime time = new ManualTime();
    private final Random random = new Random(11);
    private final List<Instance> instances = new ArrayList<>();

    /** When each worker has moved last, by identity. */
    private final Map<String, Instant> moved = new HashMap<>();

    private int moves;

    @BeforeEach
    void aFirstInstance() {
        Instance _ = new Instance("host-1/a");
    }

    private final class Instance {

        final String name;
        final RecordingWorkers workers = new RecordingWorkers();
        final Rebalancer rebalancer;
        boolean live = true;
        boolean draining;
        private long lastPid;

        Instance(String name) {
            this.name = name;
            workers.connected.clear();
            rebalancer =
                    new Rebalancer(
                            name,
                            workers,
                            new Rebalance(true, PER_SECOND, 0.05, MIN_STAY),
                            new FleetMetrics(new SimpleMeterRegistry()),
                            time);
            instances.add(this);
        }

        int count() {
            return workers.connected.size();
        }

        void connect(String identity) {
            workers.connected.add(
                    RecordingWorkers.worker(
                            ++lastPid, identity, Instant.ofEpochMilli(time.wallTime())));
        }

        /** The workers that were evicted reconnect somewhere. */
        int closeEvicted() {
            List<ConnectedWorker> evicted =
                    workers.connected.stream()
                            .filter(worker -> workers.evicted.contains(worker.pid()))
                            .toList();
            workers.connected.removeAll(evicted);
            workers.evicted.clear();
            workers.evicting = false;
            for (ConnectedWorker worker : evicted) {
                String identity = worker.registration().identity();
                Instant now = Instant.ofEpochMilli(time.wallTime());
                Instant before = moved.put(identity, now);
                if (before != null) {
                    assertThat(Duration.between(before, now)).isGreaterThanOrEqualTo(MIN_STAY);
                }
                moves++;
                instances.get(random.nextInt(instances.size())).connect(identity);
            }
            return evicted.size();
        }
    }

    @Test
    void afterAScaleOutTheInstancesHaveAboutAsManyWorkersWithinMinutes() {
        connect(1500);
        time.pause(MIN_STAY.plusMinutes(1));
        Instance _ = new Instance("host-2/b");
        Instance _ = new Instance("host-3/c");

        run(Duration.ofMinutes(9));

        int most = instances.stream().mapToInt(Instance::count).max().orElseThrow();
        int fewest = instances.stream().mapToInt(Instance::count).min().orElseThrow();
        assertThat(most - fewest).isLessThanOrEqualTo(most / 10);
        assertThat(fewest).isPositive();
    }

    @Test
    void noMoreWorkersAreEvictedThanTheRateAllows() {
        connect(5000);
        time.pause(MIN_STAY.plusMinutes(1));
        Instance _ = new Instance("host-2/b");

        assertThat(step()).isBetween(1, PER_SECOND * 15);
    }

    @Test
    void aWorkerThatHasJustConnectedStays() {
        connect(300);
        Instance _ = new Instance("host-2/b");

        run(MIN_STAY.minusMinutes(1));
        assertThat(moves).isZero();
        run(Duration.ofMinutes(2));
        assertThat(moves).isPositive();
    }

    @Test
    void balancedInstancesAreLeftAlone() {
        connect(100);
        Instance two = new Instance("host-2/b");
        for (int i = 0; i < 96; i++) {
            two.connect("other-" + i);
        }

        run(MIN_STAY.multipliedBy(3));

        assertThat(moves).isZero();
    }

    @Test
    void nothingMovesWhileAnInstanceDrains() {
        connect(300);
        time.pause(MIN_STAY.plusMinutes(1));
        Instance two = new Instance("host-2/b");
        two.draining = true;
        run(Duration.ofMinutes(5));
        assertThat(moves).isZero();

        two.draining = false;
        balance();
        assertThat(instances.getFirst().workers.evicted).isNotEmpty();
        two.draining = true;
        balance();

        assertThat(instances.getFirst().workers.evicted).isEmpty();
    }

    @Test
    void anInstanceWithoutALeaseDoesNotCount() {
        connect(300);
        time.pause(MIN_STAY.plusMinutes(1));
        new Instance("host-2/b").live = false;

        run(Duration.ofMinutes(5));

        assertThat(moves).isZero();
    }

    private void connect(int count) {
        for (int i = 0; i < count; i++) {
            instances.getFirst().connect("worker-" + i);
        }
        balance();
    }

    private void run(Duration duration) {
        for (long i = 0; i < duration.toSeconds() / 15; i++) {
            int _ = step();
        }
    }

    /** One comparison by each instance, and the evictions that follow. */
    private int step() {
        balance();
        time.pause(Duration.ofSeconds(15));
        return instances.stream().mapToInt(Instance::closeEvicted).sum();
    }

    private void balance() {
        List<FleetInstance> known =
                instances.stream()
                        .map(instance ->
                                new FleetInstance(
                                        instance.name,
                                        1,
                                        instance.live,
                                        Instant.EPOCH,
                                        Instant.EPOCH,
                                        "1",
                                        1,
                                        instance.count(),
                                        instance.draining))
                        .toList();
        instances.forEach(instance -> instance.rebalancer.balance(known));
    }
}
