package dev.frontdoor.directory;

import static dev.frontdoor.directory.DirectoryUnderTest.LEASE;
import static dev.frontdoor.directory.DirectoryUnderTest.RENEWAL;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.directory.DirectoryUnderTest.Instance;
import dev.frontdoor.notifier.FleetFilter;
import dev.frontdoor.notifier.FleetPage;
import dev.frontdoor.notifier.FleetWorker;
import dev.frontdoor.test.server.RedisServer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Instances, Redis and time go through random events. After each round the directory is the union
 * of the live tables, and everything that the listeners were told adds up.
 */
class RandomizedDirectoryTests {

    private static final boolean LONG = System.getProperty("long") != null;
    private static final int ROUNDS = LONG ? 400 : 25;
    private static final int STEPS = 20;

    private static RedisServer server;

    private final List<Instance> running = new ArrayList<>();
    private final List<Instance> dead = new ArrayList<>();

    /** Instances that do nothing for now. */
    private final Set<Instance> frozen = new HashSet<>();

    /** How often a worker that is back was lost without its return being told: Redis forgot. */
    private final Map<String, Long> unknownLosses = new HashMap<>();

    /**
     * Whether something was forgotten by Redis in this round: then returns need not be reported.
     */
    private boolean forgotten;

    /** Workers that were shown when their instance died. */
    private final Set<String> mustBeTold = new HashSet<>();

    private final long seed = Long.getLong("seed", LONG ? System.nanoTime() : 42);
    private final Random random = new Random(seed);
    private DirectoryUnderTest directory;
    private int names;

    @BeforeAll
    static void startRedis() {
        server = RedisServer.start();
    }

    @AfterAll
    static void stopRedis() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void openDirectory() {
        directory = new DirectoryUnderTest(server.port(), "zone");
    }

    @Test
    void theDirectoryAgreesWithTheLiveTablesAndTheBooksBalance() {
        try {
            for (int i = 0; i < 3; i++) {
                start();
            }
            for (int round = 0; round < ROUNDS; round++) {
                for (int step = 0; step < STEPS; step++) {
                    step();
                }
                settle();
                check("seed %s, round %s".formatted(seed, round));
            }
        } finally {
            directory.close();
        }
    }

    private void start() {
        running.add(directory.instance("host-%s/x".formatted(++names)));
    }

    private void step() {
        Instance some = running.get(random.nextInt(running.size()));
        switch (random.nextInt(14)) {
            case 0, 1, 2, 3 -> some.register("w" + random.nextInt(20), "ns", Map.of("zone", "z"));
            case 4, 5 -> some.live.keySet().stream().findAny().ifPresent(some::unregister);
            case 6, 7, 8 -> pass(Duration.ofMillis(random.nextInt(5000)));
            case 9 -> {
                if (frozen.size() < 2) {
                    frozen.add(some);
                }
            }
            case 10 -> frozen.remove(some);
            case 11 -> {
                if (random.nextInt(4) == 0) {
                    running.remove(some);
                    frozen.remove(some);
                    dead.add(some);
                    shownOf(some).forEach(mustBeTold::add);
                    start();
                }
            }
            case 12 -> {
                if (random.nextInt(6) == 0) {
                    directory.flush();
                    forgotten = true;
                }
            }
            default -> {
                // An outage of Redis is a time in which nobody does anything.
                if (random.nextInt(6) == 0) {
                    directory.advance(LEASE.multipliedBy(3));
                }
            }
        }
        for (Instance instance : running) {
            if (!frozen.contains(instance) && random.nextBoolean()) {
                instance.write();
            }
        }
    }

    private List<String> shownOf(Instance instance) {
        return directory.fleet().list(FleetFilter.ALL, 1000, null).join().workers().stream()
                .filter(worker -> worker.instance().equals(instance.name))
                .map(worker -> worker.instance() + " " + worker.pid())
                .toList();
    }

    /** All instances go on, until what is dead is cleaned up. */
    private void settle() {
        frozen.clear();
        for (int i = 0; i < 10; i++) {
            pass(RENEWAL);
        }
    }

    private void pass(Duration duration) {
        directory.advance(duration);
        for (Instance instance : running) {
            if (!frozen.contains(instance)) {
                instance.write();
            }
        }
        for (Instance instance : running) {
            if (!frozen.contains(instance)) {
                var _ = instance.deadInstances.step(false);
            }
        }
    }

    private void check(String when) {
        List<FleetWorker> union =
                running.stream()
                        .flatMap(instance -> instance.expected().values().stream())
                        .toList();
        List<FleetWorker> shown = new ArrayList<>();
        @Nullable String cursor = null;
        do {
            FleetPage page = directory.fleet().list(FleetFilter.ALL, 50, cursor).join();
            shown.addAll(page.workers());
            cursor = page.next();
        } while (cursor != null);
        assertThat(shown).as(when).containsExactlyInAnyOrderElementsOf(union);
        assertThat(
                        directory
                                .fleet()
                                .groups(FleetFilter.ALL, "identity", 1000)
                                .join()
                                .groups()
                                .stream()
                                .mapToLong(group -> group.count())
                                .sum())
                .as(when)
                .isEqualTo(union.size());
        Map<String, List<String>> books = new HashMap<>();
        List<Instance> all = new ArrayList<>(running);
        all.addAll(dead);
        for (Instance instance : all) {
            for (String line : instance.told) {
                String[] words = line.split(" ", -1);
                String worker = words[1] + " " + words[2];
                books.computeIfAbsent(worker, _ -> new ArrayList<>()).add(words[0]);
            }
        }
        Set<String> live = new HashSet<>();
        union.forEach(worker -> live.add(worker.instance() + " " + worker.pid()));
        books.forEach((worker, types) -> {
            long lost = types.stream().filter("lost"::equals).count();
            long returned = types.stream().filter("returned"::equals).count();
            if (live.contains(worker)) {
                if (forgotten) {
                    unknownLosses.put(worker, lost - returned);
                }
                assertThat(returned)
                        .as("%s: %s %s", when, worker, types)
                        .isEqualTo(lost - unknownLosses.getOrDefault(worker, 0L));
            }
            assertThat(returned).as("%s: %s %s", when, worker, types).isLessThanOrEqualTo(lost);
        });
        if (!forgotten) {
            assertThat(books.keySet()).as(when).containsAll(mustBeTold);
        }
        mustBeTold.clear();
        forgotten = false;
    }
}
