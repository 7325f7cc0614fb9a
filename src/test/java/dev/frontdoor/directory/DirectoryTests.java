package dev.frontdoor.directory;

import static dev.frontdoor.directory.DirectoryUnderTest.LEASE;
import static dev.frontdoor.directory.DirectoryUnderTest.RENEWAL;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.frontdoor.directory.DirectoryUnderTest.Instance;
import dev.frontdoor.notifier.FleetException;
import dev.frontdoor.notifier.FleetFilter;
import dev.frontdoor.notifier.FleetGroups.Group;
import dev.frontdoor.notifier.FleetPage;
import dev.frontdoor.notifier.FleetWorker;
import dev.frontdoor.test.server.RedisServer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Instances on a real Redis, whose time the test drives. */
class DirectoryTests {

    private static RedisServer server;

    private DirectoryUnderTest directory;
    private Instance one;
    private Instance two;
    private Instance three;

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
    void join() {
        directory = new DirectoryUnderTest(server.port(), "zone");
        one = directory.instance("host-1/a");
        two = directory.instance("host-2/b");
        three = directory.instance("host-3/c");
        tick(Duration.ZERO);
    }

    @AfterEach
    void leave() {
        directory.close();
    }

    @Test
    void theDirectoryIsTheUnionOfTheLiveTables() {
        one.register("a", "billing", Map.of("zone", "eu"));
        long gone = one.register("b");
        two.register("ü\u0000\"\\", "billing", Map.of());
        tick(Duration.ZERO);
        one.unregister(gone);
        tick(Duration.ZERO);

        expectUnion(one, two, three);
    }

    @Test
    void aRegistrationAndADepartureTakeOneRoundTripEach() {
        long before = directory.calls();

        long pid = one.register("a");
        one.write();
        assertThat(directory.calls() - before).isEqualTo(1);
        one.unregister(pid);
        one.write();
        assertThat(directory.calls() - before).isEqualTo(2);
    }

    @Test
    void theClaimsOfWorkersEndThatAreGoneWithTheirInstance() {
        long lost = one.register("lost");
        tick(Duration.ZERO);

        var _ = two.deadInstances.step(false);
        assertThat(two.gone).isEmpty();
        for (int i = 0; i < 6; i++) {
            directory.advance(RENEWAL);
            two.write();
            three.write();
            var _ = two.deadInstances.step(false);
        }

        assertThat(two.gone)
                .extracting(FleetWorker::instance, FleetWorker::pid)
                .containsExactly(tuple(one.name, lost));
    }

    @Test
    void changesThatWaitShareRoundTrips() {
        long before = directory.calls();

        for (int i = 0; i < 2 * Batch.MAX_SIZE; i++) {
            one.register("w" + i);
        }
        one.write();

        assertThat(directory.calls() - before).isEqualTo(2);
        expectUnion(one);
    }

    @Test
    void anotherConnectionIsOpenedOnceRedisIsAReplica() {
        directory.redis().replicaof("127.0.0.1", 1);
        try {
            one.register("a");
            long _ = one.membership.step();
            assertThat(one.membership.fault()).contains("READONLY");
            assertThat(directory.resets()).isZero();

            long _ = one.membership.step();
            assertThat(directory.resets()).isEqualTo(1);
        } finally {
            directory.redis().replicaofNoOne();
        }

        tick(Duration.ZERO);
        expectUnion(one);
    }

    @Test
    void changesOfAPidThatWaitAreWrittenOnce() {
        long pid = one.register("a");
        one.unregister(pid);
        long before = directory.calls("evalsha");

        one.write();

        assertThat(directory.calls("evalsha")).isEqualTo(before);
        expectUnion(one);
    }

    @Test
    void nothingIsLeftOfWorkersThatAreGone() {
        List<String> before = directory.redis().keys("frontdoor:1:*");
        List<Long> pids =
                IntStream.range(0, 300).mapToLong(i -> one.register("w" + i)).boxed().toList();
        tick(Duration.ZERO);
        pids.forEach(one::unregister);
        tick(Duration.ZERO);

        assertThat(directory.redis().keys("frontdoor:1:*"))
                .containsExactlyInAnyOrderElementsOf(before);
    }

    @Test
    void aDeadInstancesWorkersAreReportedLostOnceAndRemoved() {
        List<Long> pids =
                IntStream.range(0, 250).mapToLong(i -> one.register("w" + i)).boxed().toList();
        tick(Duration.ZERO);

        passWithout(one);

        assertThat(Stream.concat(two.told.stream(), three.told.stream()))
                .containsExactlyInAnyOrderElementsOf(
                        pids.stream().map(pid -> "lost host-1/a " + pid).toList());
        expectUnion(two, three);
        assertThat(directory.redis().keys("frontdoor:1:{host-1/a}:*"))
                .containsExactlyInAnyOrder(
                        "frontdoor:1:{host-1/a}:lost", "frontdoor:1:{host-1/a}:epoch");
    }

    @Test
    void workersWithoutALiveLeaseAreNotShown() {
        one.register("a");
        tick(Duration.ZERO);
        directory.advance(LEASE);
        two.write();

        expectUnion(two);
        assertThat(two.told).isEmpty();
    }

    @Test
    void anInstanceThatWasFrozenReturnsWithItsWorkers() {
        long stays = one.register("a");
        long leaves = one.register("b");
        tick(Duration.ZERO);
        passWithout(one);
        one.live.remove(leaves);
        one.notifier.onWorkerUnregistered(leaves);

        tick(Duration.ZERO);

        assertThat(one.membership.epoch().number()).isEqualTo(2);
        assertThat(Stream.of(one, two, three).flatMap(instance -> instance.told.stream()))
                .containsExactlyInAnyOrder(
                        "lost host-1/a " + stays,
                        "lost host-1/a " + leaves,
                        "returned host-1/a " + stays);
        assertThat(one.told).containsExactly("returned host-1/a " + stays);
        expectUnion(one, two, three);
    }

    @Test
    void aWorkerThatHasReconnectedElsewhereIsReportedAsMoved() {
        long lost = one.register("a");
        long before = one.register("b");
        tick(Duration.ZERO);
        directory.advance(Duration.ofSeconds(1));
        long after = two.register("b");
        passWithout(one);

        assertThat(Stream.concat(two.told.stream(), three.told.stream()))
                .containsExactlyInAnyOrder(
                        "lost host-1/a " + lost,
                        "moved host-1/a %s to host-2/b %s".formatted(before, after));
    }

    @Test
    void aDuplicateThatWasThereBeforeIsNotAMovedWorker() {
        two.register("a");
        directory.advance(Duration.ofSeconds(1));
        long lost = one.register("a");
        tick(RENEWAL);
        passWithout(one);

        assertThat(Stream.concat(two.told.stream(), three.told.stream()))
                .containsExactly("lost host-1/a " + lost);
    }

    @Test
    void nobodyIsLostAfterAnOutageOfRedis() {
        one.register("a");
        two.register("b");
        tick(Duration.ZERO);
        directory.advance(LEASE.multipliedBy(4));
        two.deadInstances.step(false);
        three.deadInstances.step(false);
        tick(RENEWAL);
        tick(RENEWAL);

        assertThat(Stream.of(one, two, three).flatMap(instance -> instance.told.stream()))
                .isEmpty();
        expectUnion(one, two, three);
    }

    @Test
    void anEmptyRedisIsNoticedAndFilledAgain() {
        one.register("a");
        two.register("b");
        tick(Duration.ZERO);
        directory.flush();
        tick(RENEWAL);

        assertThat(one.membership.epoch().number()).isEqualTo(2);
        expectUnion(one, two, three);
        assertThat(one.told).isEmpty();
    }

    @Test
    void evictedEntriesAreNoticedAndWrittenAgain() {
        for (String part : List.of("e", "o", "m")) {
            one.register("a-" + part);
            tick(RENEWAL);
            directory
                    .redis()
                    .del(
                            "frontdoor:1:{host-1/a}:%s:%s"
                                    .formatted(one.membership.epoch().number(), part));
            tick(RENEWAL);
            tick(RENEWAL);

            expectUnion(one, two, three);
        }
    }

    @Test
    void whatAnEvictionLeavesOfAnEpochIsRemoved() {
        one.register("a");
        tick(RENEWAL);
        directory.redis().del("frontdoor:1:{host-1/a}:1:m");
        for (int i = 0; i < 4; i++) {
            tick(RENEWAL);
        }

        assertThat(directory.redis().keys("frontdoor:1:{host-1/a}:1:*")).isEmpty();
        assertThat(Stream.of(two, three).flatMap(instance -> instance.told.stream())).isEmpty();
        expectUnion(one, two, three);
    }

    @Test
    void aLookAtInstancesThatRenewTheirLeasesIsOneCall() {
        tick(RENEWAL);
        tick(RENEWAL);
        directory.advance(RENEWAL);
        Stream.of(one, two, three).forEach(Instance::write);

        long before = directory.calls();
        assertThat(one.deadInstances.step(false)).isEmpty();
        assertThat(directory.calls() - before).isOne();

        assertThat(one.deadInstances.step(true)).hasSize(3);
    }

    @Test
    void anInstanceThatHasLeftLosesNobody() {
        one.register("a");
        tick(Duration.ZERO);
        one.membership.leave();
        passWithout(one);

        assertThat(Stream.of(two, three).flatMap(instance -> instance.told.stream())).isEmpty();
        expectUnion(two, three);
        assertThat(directory.redis().zcard("frontdoor:instances")).isEqualTo(2);
    }

    @Test
    void pagesAreInTheOrderOfRegistrationAndComplete() {
        for (int i = 0; i < 40; i++) {
            (i % 3 == 0 ? one : i % 3 == 1 ? two : three)
                    .register("w" + i, i % 2 == 0 ? "even" : "odd", Map.of());
            if (i % 4 == 0) {
                directory.advance(Duration.ofMillis(1));
            }
        }
        tick(Duration.ZERO);
        List<FleetWorker> all = all(7);

        assertThat(all).hasSize(40).isSortedAccordingTo(Cursor.ORDER);
        assertThat(all).containsExactlyInAnyOrderElementsOf(union(one, two, three));
    }

    @Test
    void aPageIsFullAlthoughAllItsRowsAreOfOneInstance() {
        for (Instance each : List.of(one, two, three)) {
            for (int i = 0; i < 60; i++) {
                each.register("w" + i);
            }
            directory.advance(Duration.ofMillis(1));
        }
        tick(Duration.ZERO);

        assertThat(directory.fleet().list(FleetFilter.ALL, 50, null).join().workers())
                .hasSize(50)
                .allSatisfy(worker -> assertThat(worker.instance()).isEqualTo(three.name));
        assertThat(all(50)).isSortedAccordingTo(Cursor.ORDER).hasSize(180);
    }

    @Test
    void filtersSelectExactly() {
        one.register("a", "billing", Map.of("zone", "eu"));
        two.register("b", "billing", Map.of("zone", "us"));
        three.register("a", "other", Map.of());
        tick(Duration.ZERO);

        assertThat(identities(filter("billing", null, Map.of()))).containsExactly("a", "b");
        assertThat(identities(filter("billing", "a", Map.of()))).containsExactly("a");
        assertThat(identities(filter(null, "a", Map.of()))).containsExactly("a", "a");
        assertThat(identities(filter(null, null, Map.of("zone", "eu")))).containsExactly("a");
        assertThat(identities(filter("bill*", null, Map.of()))).isEmpty();
        assertThat(directory.fleet().count(filter("billing", "a", Map.of())).join()).isEqualTo(1);
        assertThat(directory.fleet().count(filter("billing", null, Map.of())).join()).isEqualTo(2);
    }

    @Test
    void groupsCountAllInstances() {
        one.register("a", "billing", Map.of("zone", "eu"));
        two.register("b", "billing", Map.of("zone", "us"));
        three.register("a", "other", Map.of());
        tick(Duration.ZERO);
        RedisFleet fleet = directory.fleet();

        assertThat(fleet.groups(FleetFilter.ALL, "namespace", 10).join().groups())
                .containsExactly(new Group("billing", 2), new Group("other", 1));
        assertThat(
                        fleet.groups(filter("billing", null, Map.of()), "label:zone", 10)
                                .join()
                                .groups())
                .containsExactly(new Group("eu", 1), new Group("us", 1));
        assertThat(fleet.groups(FleetFilter.ALL, "label:zone", 10).join().groups())
                .contains(new Group(null, 1));
    }

    @Test
    void whatIsNotIndexedIsNamed() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(
                        () -> directory.fleet().list(filter(null, null, Map.of("x", "y")), 1, null))
                .withMessageContaining("label:zone");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> directory.fleet().groups(FleetFilter.ALL, "userAgent", 1))
                .withMessageContaining("taskQueue");
    }

    @Test
    void aNewerSchemaIsRefusedAndNotClaimed() {
        directory
                .redis()
                .zadd("frontdoor:instances", (double) directory.time().wallTime(), "2|1|host-4/d");
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> directory.fleet().count(FleetFilter.ALL).join())
                .withCauseInstanceOf(FleetException.class)
                .withMessageContaining("host-4/d writes schema 2");

        passWithout(one);

        assertThat(directory.redis().zscore("frontdoor:instances", "2|1|host-4/d")).isNotNull();
    }

    @Test
    void anEpochOfTheSchemaBeforeIsReadAndCleanedUp() {
        Epoch before = new Epoch(Epoch.SCHEMA - 1, "host-4/d", 1);
        long now = directory.time().wallTime();
        one.register("a");
        FleetWorker worker = one.expected().values().iterator().next();
        directory.run(
                Script.RENEW,
                List.of(before.facts(), before.latest(), before.plus(-1).facts()),
                List.of(LEASE.toMillis(), "0", 0, 0, 1));
        directory.run(
                Script.WRITE,
                List.of(before.facts(), before.lost()),
                List.of(
                        1,
                        Epoch.channel(before.schema()),
                        before.schema(),
                        before.instance(),
                        1,
                        worker.pid(),
                        new String(Entry.write(worker, List.of()), StandardCharsets.UTF_8)));
        directory.redis().zadd(Epoch.ALL, (double) now, before.member());

        assertThat(directory.fleet().find("host-4/d", worker.pid()).join()).isPresent();

        passWithout(null);

        assertThat(Stream.of(one, two, three).flatMap(instance -> instance.told.stream()))
                .containsExactly(
                        "moved host-4/d %s to host-1/a %s".formatted(worker.pid(), worker.pid()));
    }

    @Test
    void aListenerThatFailsOrIsSlowLosesNoReport() {
        List<Long> pids =
                IntStream.range(0, 20).mapToLong(i -> one.register("w" + i)).boxed().toList();
        tick(Duration.ZERO);
        List.of(two, three)
                .forEach(instance ->
                        instance.onLost =
                                () -> {
                                    directory.advance(Duration.ofSeconds(2));
                                    throw new IllegalStateException("scripted");
                                });

        passWithout(one);

        assertThat(Stream.concat(two.told.stream(), three.told.stream()))
                .containsExactlyInAnyOrderElementsOf(
                        pids.stream().map(pid -> "lost host-1/a " + pid).toList());
    }

    @Test
    void aClaimerThatDiesIsFollowedByAnother() {
        List<Long> pids =
                IntStream.range(0, 20).mapToLong(i -> one.register("w" + i)).boxed().toList();
        tick(Duration.ZERO);
        Epoch epoch = one.membership.epoch();
        directory.advance(LEASE.multipliedBy(2));
        claim(epoch);
        two.write();
        var _ = two.deadInstances.step(false);
        assertThat(two.told).isEmpty();

        passWithout(one);

        assertThat(Stream.concat(two.told.stream(), three.told.stream()))
                .containsExactlyInAnyOrderElementsOf(
                        pids.stream().map(pid -> "lost host-1/a " + pid).toList());
    }

    @Test
    void aWriteToAClaimedEpochBeginsTheNextOne() {
        one.register("a");
        tick(Duration.ZERO);
        directory.advanceRedis(LEASE.multipliedBy(2));
        claim(one.membership.epoch());

        one.register("b");
        one.write();

        assertThat(one.membership.epoch().number()).isEqualTo(2);
        expectUnion(one);
    }

    @Test
    void aDamagedIndexIsWrittenAgain() {
        one.register("a", "billing", Map.of());
        one.register("b", "billing", Map.of());
        tick(Duration.ZERO);
        for (String part : List.of("i:n:*", "v:n")) {
            directory
                    .redis()
                    .keys("frontdoor:1:{host-1/a}:1:" + part)
                    .forEach(directory.redis()::del);

            tick(RENEWAL);

            assertThat(directory.fleet().count(filter("billing", null, Map.of())).join())
                    .isEqualTo(2);
            assertThat(directory.fleet().groups(FleetFilter.ALL, "namespace", 10).join().groups())
                    .containsExactly(new Group("billing", 2));
        }
    }

    @Test
    void pagesOfLargeAndSmallIndexesAreComplete() {
        for (int i = 0; i < 1500; i++) {
            one.register("w" + i, i % 5 == 0 ? "rare" : "common", Map.of());
            if (i % 100 == 0) {
                directory.advance(Duration.ofMillis(1));
            }
        }
        tick(Duration.ZERO);

        for (String namespace : List.of("rare", "common")) {
            assertThat(all(filter(namespace, null, Map.of()), 70))
                    .isSortedAccordingTo(Cursor.ORDER)
                    .containsExactlyInAnyOrderElementsOf(
                            union(one).stream()
                                    .filter(worker ->
                                            worker.registration().namespaces().contains(namespace))
                                    .toList());
        }
    }

    @Test
    void aLiveEpochCannotBeClaimed() {
        one.register("a");
        tick(Duration.ZERO);

        claim(one.membership.epoch());

        expectUnion(one);
    }

    @Test
    void anInstanceReportsAWorkerOnceAlthoughItsReportIsNotRecorded() {
        long pid = one.register("a");
        tick(Duration.ZERO);
        Epoch epoch = one.membership.epoch();
        two.onLost =
                () -> {
                    directory.advance(LEASE.multipliedBy(2));
                    claim(epoch);
                };
        for (int i = 0; i < 12; i++) {
            directory.advance(RENEWAL);
            two.write();
            var _ = two.deadInstances.step(false);
        }

        assertThat(two.told).containsExactly("lost host-1/a " + pid);
        assertThat(directory.redis().exists(epoch.facts())).isZero();
    }

    @Test
    void clocksOfInstancesDoNotMatter() {
        Instance late = directory.instance("host-4/d", Duration.ofHours(-1));
        long before = one.register("b");
        tick(Duration.ZERO);
        late.write();
        directory.advance(RENEWAL);
        late.write();
        long after = late.register("b");
        for (int i = 0; i < 6; i++) {
            directory.advance(RENEWAL);
            late.write();
            two.write();
            var _ = two.deadInstances.step(false);
        }

        assertThat(two.told).contains("moved host-1/a %s to host-4/d %s".formatted(before, after));
    }

    @Test
    void aDepartureThatWasWrittenIsForgotten() {
        long pid = one.register("a");
        one.write();
        one.unregister(pid);
        one.write();
        long before = directory.calls();

        one.notifier.onWorkerUnregistered(pid);
        one.write();

        assertThat(directory.calls()).isEqualTo(before);
    }

    @Test
    void writesKeepToTheirRate() {
        for (int i = 0; i <= Batch.MAX_SIZE; i++) {
            one.register("w" + i);
        }

        assertThat(one.membership.step()).isPositive();
        assertThat(one.membership.step()).isPositive();
        assertThat(one.dirty.size()).isEqualTo(1);
    }

    @Test
    void anotherConnectionIsOpenedOnceCallsStayUnanswered() {
        Redis redis = directory.connect(Duration.ofMillis(50));
        server.command("CLIENT", "PAUSE", "600000", "WRITE");
        try {
            for (int i = 0; i < 3; i++) {
                redis.connect();
                assertThat(directory.resets()).isZero();
                assertThatExceptionOfType(FleetException.class)
                        .isThrownBy(() -> redis.run(Script.FACTS, List.of("frontdoor:1:{x}:1:m")))
                        .withMessageContaining("has not answered");
            }
            redis.connect();
        } finally {
            server.command("CLIENT", "UNPAUSE");
        }

        assertThat(directory.resets()).isEqualTo(1);
    }

    /** A claimer that does nothing else. */
    private void claim(Epoch epoch) {
        directory.run(
                Script.CLAIM,
                List.of(epoch.facts(), epoch.lost(), epoch.latest()),
                List.of(
                        "a claimer that dies",
                        LEASE.toMillis(),
                        DeadInstances.PAGE,
                        Epoch.channel(epoch.schema()),
                        epoch.schema(),
                        epoch.instance(),
                        epoch.number(),
                        DeadInstances.LOST_FOR.toMillis()));
    }

    @Test
    void aWorkerTakesLittleMemoryOfRedis() {
        int workers = 5000;
        long before = usedMemory();
        WrittenEntries.write(server.port(), 1, workers);
        long each = (usedMemory() - before) / workers;

        assertThat(each).as("bytes of a worker").isBetween(300L, 1536L);
    }

    private long usedMemory() {
        return directory
                .redis()
                .info("memory")
                .lines()
                .filter(line -> line.startsWith("used_memory:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).trim()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aBatchThatWasDelayedIsRefused() {
        long pid = one.register("a");
        tick(Duration.ZERO);
        one.unregister(pid);
        tick(Duration.ZERO);

        assertThat(
                        directory
                                .redis()
                                .<List<Object>>eval(
                                        "local now = 0\n" + Script.WRITE.source(),
                                        io.lettuce.core.ScriptOutputType.MULTI,
                                        new String[] {
                                            "frontdoor:1:{host-1/a}:1:m",
                                            "frontdoor:1:{host-1/a}:lost"
                                        },
                                        "1",
                                        "channel",
                                        "1",
                                        "host-1/a",
                                        "1",
                                        Long.toString(pid),
                                        ""))
                .containsExactly("STALE");
    }

    private List<FleetWorker> all(int limit) {
        return all(FleetFilter.ALL, limit);
    }

    private List<FleetWorker> all(FleetFilter filter, int limit) {
        List<FleetWorker> all = new ArrayList<>();
        @Nullable String cursor = null;
        do {
            FleetPage page = directory.fleet().list(filter, limit, cursor).join();
            assertThat(page.workers()).hasSizeLessThanOrEqualTo(limit);
            all.addAll(page.workers());
            cursor = page.next();
        } while (cursor != null);
        return all;
    }

    private static FleetFilter filter(
            @Nullable String namespace, @Nullable String identity, Map<String, String> labels) {
        return new FleetFilter(namespace, null, null, null, identity, labels);
    }

    private List<String> identities(FleetFilter filter) {
        return directory.fleet().list(filter, 100, null).join().workers().stream()
                .map(worker -> worker.registration().identity())
                .sorted()
                .toList();
    }

    /** Time passes, and everybody does what is due. */
    private void tick(Duration duration) {
        directory.advance(duration);
        for (Instance instance : List.of(one, two, three)) {
            instance.write();
        }
        for (Instance instance : List.of(one, two, three)) {
            var _ = instance.deadInstances.step(false);
        }
    }

    /** Time passes, until an instance that does nothing is dead for the others. */
    private void passWithout(@Nullable Instance dead) {
        List<Instance> others = Stream.of(one, two, three).filter(other -> other != dead).toList();
        for (int i = 0; i < 8; i++) {
            directory.advance(RENEWAL);
            others.forEach(Instance::write);
            others.forEach(other -> {
                var _ = other.deadInstances.step(false);
            });
        }
    }

    private void expectUnion(Instance... instances) {
        assertThat(all(1000)).containsExactlyInAnyOrderElementsOf(union(instances));
        assertThat(directory.fleet().count(FleetFilter.ALL).join())
                .isEqualTo(union(instances).size());
    }

    private static List<FleetWorker> union(Instance... instances) {
        return Stream.of(instances)
                .flatMap(instance -> instance.expected().values().stream())
                .toList();
    }
}
