package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.process.FleetProcesses.Member;
import dev.frontdoor.protocol.Frame;
import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.RedisCluster;
import dev.frontdoor.test.server.RedisServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Three processes that push to each other's workers all the time, while one of them or Redis fails.
 * The workers keep a ledger of what they receive, and the processes one of what they push.
 */
class FleetActionsIntegrationTests {

    private static final Duration MAX_WAIT = Duration.ofMinutes(3);

    /** How many pushes of each process a worker has when it is moved, and how many it answers. */
    private static final int HELD = 5;

    private static final String MOVE = "{\"identity\":\"moving\",\"share\":1}";
    private static final String KEY = "--frontdoor.fleet.key=the key that all three have in common";

    @TempDir Path directory;

    private RedisServer redis;
    private StallingProxy proxy;
    private FleetProcesses fleet;
    private Path ledgers;

    /** How often the workers have received each payload. */
    private final Map<String, AtomicInteger> received = new ConcurrentHashMap<>();

    @BeforeEach
    void start() throws Exception {
        redis = RedisServer.start();
        proxy = new StallingProxy(redis.port());
        fleet = new FleetProcesses(directory);
        ledgers = Files.createDirectory(directory.resolve("ledgers"));
        Path _ =
                NotifierJar.of(FleetDriver.Configuration.class, FleetDriver.class)
                        .writeTo(directory.resolve("notifiers/driver.jar"));
    }

    @AfterEach
    void stop() throws Exception {
        fleet.close();
        proxy.close();
        redis.close();
    }

    @Test
    void eachPushEndsOnceWhenAProcessIsKilled() throws Exception {
        Member one = start(redis.port(), KEY);
        Member two = start(redis.port(), KEY);
        Member three = start(redis.port(), KEY);
        awaitPushes("replied", one, two, three);

        fleet.kill(three);

        awaitEnd(one, three, "UNREACHABLE");
        awaitEnd(two, three, "UNREACHABLE");
        expectEachEndedOnce(one, two);
        expectReceivedAtMostOnce();
    }

    @Test
    void eachPushEndsOnceWhenAWorkerMovesWithPushesPending() throws Exception {
        Member one = start(redis.port(), KEY);
        Member two = start(redis.port(), KEY);
        Deque<Push> pending = new ArrayDeque<>();
        List<Push> answered = new ArrayList<>();
        try (TestWorker worker = two.service.worker().connect()) {
            worker.register(TestWorker.registration("moving"));
            while (countFrom(one, pending) < HELD || countFrom(two, pending) < HELD) {
                pending.add(worker.expect(Push.class));
            }
            assertThat(two.service.post("/actuator/evictions", MOVE).statusCode()).isEqualTo(200);
            for (int i = 0; i < HELD; i++) {
                Push inTime = pending.remove();
                answered.add(inTime);
                worker.send(TestWorker.reply(inTime, inTime.payload().toByteArray()));
            }
            worker.expectClose(1012);
            for (Frame last = worker.poll(); last != null; last = worker.poll()) {
                pending.add((Push) last);
            }
        }
        try (TestWorker worker = one.service.worker().connect()) {
            Set<String> sources = ConcurrentHashMap.newKeySet();
            worker.replyToPushes(payload -> {
                String text = new String(payload, StandardCharsets.UTF_8);
                sources.add(instance(text));
                receive(text);
                return payload;
            });
            worker.register(TestWorker.registration("moving"));

            await().atMost(MAX_WAIT).until(() -> sources.containsAll(Set.of(one.name, two.name)));
            answered.forEach(push -> awaitEnd(push, "replied"));
            pending.forEach(push -> awaitEnd(push, "DISCONNECTED"));
            Stream.concat(answered.stream(), pending.stream()).forEach(push -> receive(text(push)));
            expectEachEndedOnce(one, two);
            expectReceivedAtMostOnce();
        }
    }

    private static long countFrom(Member from, Deque<Push> pushes) {
        return pushes.stream().filter(push -> instance(text(push)).equals(from.name)).count();
    }

    private static String text(Push push) {
        return new String(push.payload().toByteArray(), StandardCharsets.UTF_8);
    }

    /** Waits until this push has ended, each time with this outcome. */
    private void awaitEnd(Push push, String outcome) {
        await().atMost(MAX_WAIT)
                .untilAsserted(() ->
                        assertThat(ends().get(text(push)))
                                .isNotEmpty()
                                .allSatisfy(end -> assertThat(end).isEqualTo(outcome)));
    }

    @Test
    @EnabledIfSystemProperty(named = "long", matches = ".*", disabledReason = "takes a minute")
    void eachPushEndsOnceWhenAProcessIsFrozenAndAnotherDrained() throws Exception {
        Member one = start(redis.port(), KEY);
        Member two = start(redis.port(), KEY);
        Member three = start(redis.port(), KEY);
        awaitPushes("replied", one, two, three);

        three.service.freeze(FleetProcesses.LEASE.multipliedBy(3));
        awaitEnd(one, three, "UNREACHABLE");
        awaitPushes("replied", one, two, three);
        assertThat(two.service.post("/actuator/drain").statusCode()).isEqualTo(200);
        awaitEnd(one, two, "EVICTING");

        expectEachEndedOnce(one, two, three);
        expectReceivedAtMostOnce();
    }

    @Test
    @EnabledIfSystemProperty(named = "long", matches = ".*", disabledReason = "takes a minute")
    void eachPushEndsOnceWhenAProcessIsCutOffFromRedis() throws Exception {
        Member one = start(redis.port(), KEY);
        Member two = start(proxy.port(), KEY);
        awaitPushes("replied", one, two);

        proxy.stall();
        awaitEnd(one, two, "UNREACHABLE");
        awaitEnd(two, one, "UNREACHABLE");
        proxy.resume();
        awaitPushes("replied", one, two);

        expectEachEndedOnce(one, two);
        expectReceivedAtMostOnce();
    }

    @Test
    @EnabledIfSystemProperty(named = "long", matches = ".*", disabledReason = "takes half a minute")
    void noPushReachesAProcessWithAnotherKey() throws Exception {
        Member one = start(redis.port(), KEY);
        Member other =
                start(redis.port(), "--frontdoor.fleet.key=another key that only one of them has");

        awaitEnd(one, other, "UNREACHABLE");
        awaitEnd(other, one, "UNREACHABLE");

        expectEachEndedOnce(one, other);
        Map<String, String> targets = targets();
        assertThat(received).isNotEmpty();
        for (String payload : received.keySet()) {
            assertThat(targets).containsEntry(payload, instance(payload));
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "long", matches = ".*", disabledReason = "takes a minute")
    void eachPushEndsOnceWhenAClusterFailsOver() throws Exception {
        try (RedisCluster cluster = RedisCluster.start()) {
            String nodes = "--spring.data.redis.cluster.nodes=" + cluster.addresses();
            Member one = start(nodes, KEY);
            Member two = start(nodes, KEY);
            awaitPushes("replied", one, two);

            cluster.failOver(0);
            cluster.failOver(1);
            awaitPushes("replied", one, two);

            expectEachEndedOnce(one, two);
            expectReceivedAtMostOnce();
            fleet.close();
        }
    }

    private Member start(int redisPort, String key) throws Exception {
        return start("--spring.data.redis.port=" + redisPort, key);
    }

    private Member start(String redisSetting, String key) throws Exception {
        Member member = fleet.start(redisSetting, "--driver.directory=" + ledgers, key);
        member.register("worker-of-" + fleet.members.size(), 10);
        member.connected.forEach(this::keepLedger);
        return member;
    }

    private void keepLedger(TestWorker worker) {
        worker.replyToPushes(payload -> {
            receive(new String(payload, StandardCharsets.UTF_8));
            return payload;
        });
    }

    private void receive(String payload) {
        int _ = received.computeIfAbsent(payload, _ -> new AtomicInteger()).incrementAndGet();
    }

    /** Waits until each of them has pushed to each of them with this outcome, from now on. */
    private void awaitPushes(String outcome, Member... members) throws IOException {
        Map<String, List<String>> before = ends();
        for (Member from : members) {
            for (Member to : members) {
                awaitEnd(from, to, outcome, payload -> !before.containsKey(payload));
            }
        }
    }

    private void awaitEnd(Member from, Member to, String outcome) {
        awaitEnd(from, to, outcome, _ -> true);
    }

    private void awaitEnd(Member from, Member to, String outcome, Predicate<String> which) {
        await().atMost(MAX_WAIT)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    Map<String, String> targets = targets();
                    assertThat(
                                    ends().entrySet().stream()
                                            .filter(end -> which.test(end.getKey()))
                                            .filter(end ->
                                                    instance(end.getKey()).equals(from.name)
                                                            && to.name.equals(
                                                                    targets.get(end.getKey())))
                                            .flatMap(end -> end.getValue().stream())
                                            .distinct())
                            .as("%s to %s", from.name, to.name)
                            .contains(outcome);
                });
    }

    /** Ends all pushing, and expects one end for each push of these processes. */
    private void expectEachEndedOnce(Member... members) throws Exception {
        Path _ = Files.createFile(ledgers.resolve(FleetDriver.STOP));
        List<String> begun = new ArrayList<>();
        await().atMost(MAX_WAIT)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    int before = begun.size();
                    begun.clear();
                    targets().keySet().stream()
                            .filter(payload ->
                                    Stream.of(members)
                                            .anyMatch(member ->
                                                    member.name.equals(instance(payload))))
                            .forEach(begun::add);
                    assertThat(begun).hasSize(before);
                    assertThat(ends()).containsKeys(begun.toArray(String[]::new));
                });
        Map<String, List<String>> ends = ends();
        int replies = 0;
        for (String payload : begun) {
            List<String> all = ends.getOrDefault(payload, List.of());
            assertThat(all).as(payload).hasSize(1);
            String end = all.getFirst();
            assertThat(end).doesNotStartWith("FAULT").isNotEqualTo("WRONG_REPLY");
            if (end.equals("replied")) {
                assertThat(received).containsKey(payload);
                replies++;
            }
        }
        assertThat(replies).isPositive();
    }

    private void expectReceivedAtMostOnce() {
        assertThat(received).isNotEmpty();
        received.forEach((payload, times) -> assertThat(times.get()).as(payload).isEqualTo(1));
    }

    private static String instance(String payload) {
        return payload.substring(0, payload.indexOf('#'));
    }

    /** The instance of the worker that each payload was pushed to. */
    private Map<String, String> targets() {
        Map<String, String> targets = new HashMap<>();
        for (String[] line : lines("begun")) {
            targets.put(line[1], line[2]);
        }
        return targets;
    }

    /** How the push of each payload has ended, each time. */
    private Map<String, List<String>> ends() {
        Map<String, List<String>> ends = new HashMap<>();
        for (String[] line : lines("ended")) {
            ends.computeIfAbsent(line[1], _ -> new ArrayList<>()).add(line[2]);
        }
        return ends;
    }

    /** The whole lines of the ledgers that begin with a word. */
    private List<String[]> lines(String word) {
        List<String[]> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(ledgers)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".pushes")).toList()) {
                String text = Files.readString(file);
                text.substring(0, text.lastIndexOf('\n') + 1)
                        .lines()
                        .map(line -> line.split(" ", 3))
                        .filter(parts -> parts[0].equals(word))
                        .forEach(lines::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }
}
