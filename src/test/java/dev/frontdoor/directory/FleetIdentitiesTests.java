package dev.frontdoor.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.directory.FleetUnderTest.Node;
import dev.frontdoor.notifier.IdentityClaims.Answer;
import dev.frontdoor.notifier.IdentityClaims.Claimant;
import dev.frontdoor.notifier.IdentityKey;
import dev.frontdoor.test.server.RedisServer;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Claims of identities by instances on a real Redis. */
class FleetIdentitiesTests {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int RACES = 100;

    private static RedisServer server;

    private FleetUnderTest test;
    private Node one;
    private Node two;

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
        test = new FleetUnderTest(server.port(), Duration.ofSeconds(3));
        one = test.node("host-1/a", "");
        two = test.node("host-2/b", "");
    }

    @AfterEach
    void leave() {
        test.close();
    }

    @Test
    void oneOfTwoInstancesThatClaimAtOnceIsRefused() throws Exception {
        for (int i = 0; i < RACES; i++) {
            TestClaimant first = new TestClaimant(i + 1);
            TestClaimant second = new TestClaimant(i + 1);
            IdentityKey identity = identity("w" + i);

            List<Answer> answers =
                    atOnce(
                            () -> claim(one, identity, first, false),
                            () -> claim(two, identity, second, false));

            assertThat(answers).hasAtLeastOneElementOfType(Answer.Granted.class);
            assertThat(answers).hasAtLeastOneElementOfType(Answer.Refused.class);
            assertThat(owner(identity))
                    .isEqualTo(answers.getFirst() instanceof Answer.Granted ? one.name : two.name);
            assertThat(List.of(first, second)).noneMatch(TestClaimant::isClosed);
        }
    }

    @Test
    void ofTwoInstancesThatReplaceAtOnceTheLaterOneStays() throws Exception {
        replaceAtOnce();
    }

    private void replaceAtOnce() throws Exception {
        for (int i = 0; i < RACES; i++) {
            TestClaimant first = new TestClaimant(i + 1);
            TestClaimant second = new TestClaimant(i + 1);
            IdentityKey identity = identity("w" + i);

            List<Answer> answers =
                    atOnce(
                            () -> claim(one, identity, first, true),
                            () -> claim(two, identity, second, true));

            assertThat(answers).hasOnlyElementsOfType(Answer.Granted.class);
            boolean firstStays = one.name.equals(owner(identity));
            awaitClosed(firstStays ? second : first);
            assertThat((firstStays ? first : second).isClosed()).isFalse();
        }
    }

    /** What the audit writes again must not undo what others have done since. */
    @Test
    void theLaterOneStaysHoweverTheEarlierInstanceAsksAgain() throws Exception {
        AtomicBoolean asking = new AtomicBoolean(true);
        List<Thread> audits =
                Stream.of(one, two)
                        .map(node ->
                                Thread.ofPlatform()
                                        .start(() -> {
                                            while (asking.get()) {
                                                node.identities.renewed(true);
                                                LockSupport.parkNanos(1_000_000);
                                            }
                                        }))
                        .toList();
        try {
            replaceAtOnce();
        } finally {
            asking.set(false);
            for (Thread audit : audits) {
                audit.join();
            }
        }
    }

    @Test
    void theTimeOfAClaimIsThatOfRedis() throws Exception {
        IdentityKey identity = identity("w");
        two.die();
        two.redisClock.set(System.currentTimeMillis() + 60_000);
        TestClaimant earlier = new TestClaimant(7);
        TestClaimant later = new TestClaimant(9);
        granted(claim(two, identity, earlier, true));
        granted(claim(one, identity, later, true));

        two.identities.renewed(true);

        awaitClosed(earlier);
        assertThat(owner(identity)).isEqualTo(one.name);
        assertThat(later.isClosed()).isFalse();
    }

    @Test
    void aClaimIsRefusedUntilTheIdentityIsReleased() throws Exception {
        IdentityKey identity = identity("w");
        granted(claim(one, identity, new TestClaimant(7), false));

        assertThat(get(claim(two, identity, new TestClaimant(9), false)))
                .isEqualTo(
                        new Answer.Refused(
                                "identity 'w' is registered already, as pid 7 of another instance",
                                null));
        one.identities.release(identity, 7);

        // Its entry is not removed yet, but the other instance says that the worker is gone.
        assertThat(owner(identity)).isEqualTo(one.name);
        granted(claim(two, identity, new TestClaimant(9), false));
        one.join();
        one.join();
        assertThat(owner(identity)).isEqualTo(two.name);
    }

    @Test
    void aReleasedClaimIsGoneOnceTheEntryIs() throws Exception {
        IdentityKey identity = identity("w");
        granted(claim(one, identity, new TestClaimant(7), false));

        one.identities.release(identity, 7);
        one.join();

        await().atMost(FleetUnderTest.MAX_WAIT).until(() -> owner(identity) == null);
    }

    @Test
    void aWorkerOfTheSameInstanceTakesOverTheClaim() throws Exception {
        IdentityKey identity = identity("w");
        TestClaimant earlier = new TestClaimant(7);
        granted(claim(one, identity, earlier, true));
        granted(claim(one, identity, new TestClaimant(8), true));

        one.identities.release(identity, 7);
        one.join();

        assertThat(earlier.isClosed()).as("its own instance closes it").isFalse();
        assertThat(claimField(identity, "pid")).isEqualTo("8");
        TestClaimant other = new TestClaimant(1);
        granted(claim(two, identity, other, true));
        assertThat(owner(identity)).isEqualTo(two.name);
    }

    @Test
    void aReplacementWaitsUntilTheEarlierWorkerIsReleased() throws Exception {
        IdentityKey identity = identity("w");
        TestClaimant earlier = new TestClaimant(7);
        granted(claim(one, identity, earlier, true));

        Answer.Granted granted = granted(claim(two, identity, new TestClaimant(9), true));

        awaitClosed(earlier);
        assertThat(granted.earlierReleased()).isNotDone();
        earlier.released.complete(null);
        get(granted.earlierReleased());
    }

    @Test
    void aMessageOfAnEarlierReplacementDoesNotCloseALaterClaim() throws Exception {
        IdentityKey identity = identity("w");
        granted(claim(one, identity, new TestClaimant(7), true));
        String first = claimField(identity, "number");
        granted(claim(two, identity, new TestClaimant(9), true));
        TestClaimant later = new TestClaimant(8);
        granted(claim(one, identity, later, true));

        FleetOutcome outcome =
                get(
                        two.remote.perform(
                                one.name,
                                new FleetAction.Identity(
                                        OwnedIdentity.key(identity),
                                        Long.parseLong(String.valueOf(first)),
                                        true)));

        assertThat(outcome).isEqualTo(new FleetOutcome.Done(0));
        assertThat(later.isClosed()).isFalse();
    }

    @Test
    void replacementsWithoutEndAreDamped() throws Exception {
        IdentityKey identity = identity("w");
        TestClaimant last = new TestClaimant(1);
        granted(claim(one, identity, last, true));
        for (int i = 1; i <= ClaimRequests.MAX_REPLACEMENTS; i++) {
            TestClaimant next = new TestClaimant(1 + i);
            granted(claim(i % 2 == 0 ? one : two, identity, next, true));
            awaitClosed(last);
            last = next;
        }

        Answer answer = get(claim(one, identity, new TestClaimant(100), true));

        assertThat(answer)
                .isInstanceOfSatisfying(
                        Answer.Refused.class,
                        refused -> {
                            assertThat(refused.reason())
                                    .isEqualTo("identity 'w' was replaced 5 times within 60 s");
                            assertThat(refused.retryAfter())
                                    .isBetween(Duration.ZERO, Duration.ofSeconds(60));
                        });
        assertThat(owner(identity)).isEqualTo(two.name);
    }

    @Test
    void theClaimOfAnInstanceWhoseLeaseHasLapsedIsTakenOverAndItsWorkerIsClosedOnceItReturns()
            throws Exception {
        for (boolean replaces : List.of(false, true)) {
            IdentityKey identity = identity("w" + replaces);
            Node frozen = test.node("host-3/" + replaces, "");
            TestClaimant earlier = new TestClaimant(7);
            granted(claim(frozen, identity, earlier, replaces));
            frozen.die();
            TestClaimant later = new TestClaimant(9);
            await().atMost(FleetUnderTest.MAX_WAIT)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() ->
                            get(claim(two, identity, later, replaces)) instanceof Answer.Granted);
            assertThat(owner(identity)).isEqualTo(two.name);
            assertThat(earlier.isClosed()).isFalse();

            frozen.identities.renewed(true);

            awaitClosed(earlier);
            assertThat(owner(identity)).isEqualTo(two.name);
            assertThat(later.isClosed()).isFalse();
        }
    }

    @Test
    void aLeaseThatHasLapsedProvesNothingRightAfterAnOutage() throws Exception {
        IdentityKey identity = identity("w");
        Node other = test.node("host-3/c", "");
        granted(claim(other, identity, new TestClaimant(7), false));
        other.die();
        await().atMost(FleetUnderTest.MAX_WAIT)
                .until(() -> test.redis().exists(Redis.bytes(other.keys.reader())) == 0);

        one.identities.renewed(true);

        assertThat(get(claim(one, identity, new TestClaimant(9), false)))
                .isEqualTo(new Answer.Unavailable());
        assertThat(owner(identity)).isEqualTo(other.name);
    }

    @Test
    void claimsAreWrittenAgainWhenRedisHasLostThem() throws Exception {
        int count = 200;
        for (int i = 0; i < count; i++) {
            granted(claim(one, identity("w" + i), new TestClaimant(i + 1), false));
        }

        test.redis().flushall();
        one.identities.dataLost();

        await().atMost(FleetUnderTest.MAX_WAIT)
                .untilAsserted(() -> {
                    for (int i = 0; i < count; i++) {
                        assertThat(owner(identity("w" + i))).isEqualTo(one.name);
                    }
                });
    }

    @Test
    void aReplacementThatRedisHasNotSeenTakesEffectOnceItIsBack() throws Exception {
        IdentityKey identity = identity("w");
        TestClaimant earlier = new TestClaimant(7);
        granted(claim(one, identity, earlier, true));
        // What the claim of the second instance would have left: its worker is in force there.
        granted(claim(two, identity, new TestClaimant(9), true));
        String key = OwnedIdentity.key(identity);
        test.redis()
                .hset(
                        Redis.bytes(key),
                        Map.of(
                                Redis.bytes("instance"), Redis.bytes("host-1/a"),
                                Redis.bytes("since"), Redis.bytes("1")));

        two.identities.dataLost();

        await().atMost(FleetUnderTest.MAX_WAIT).until(() -> two.name.equals(owner(identity)));
    }

    @Test
    void nobodyKnowsWhoHasAnIdentityWithoutRedis() throws Exception {
        Redis unreached =
                new Redis(
                        new Redis.Connections() {
                            @Override
                            public io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands<
                                            byte[], byte[]>
                                    open() {
                                throw new AssertionError("nobody connects");
                            }

                            @Override
                            public void reset() {}
                        },
                        Redis.REDIS_TIME,
                        LIMIT,
                        test.timeouts(),
                        new DirectoryMetrics(new SimpleMeterRegistry()),
                        Clock.SYSTEM);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        FleetIdentities identities =
                new FleetIdentities(
                        "host-4/d",
                        unreached,
                        new ClaimRequests(
                                "host-4/d", unreached, one.remote, one.properties, Clock.SYSTEM),
                        new DirtyPids(),
                        new RedisClock(Clock.SYSTEM),
                        new FleetMetrics(meters),
                        Thread::startVirtualThread,
                        Clock.SYSTEM);

        assertThat(get(identities.claim(identity("w"), new TestClaimant(1), true, LIMIT)))
                .isEqualTo(new Answer.Unavailable());
        assertThat(
                        meters.get("frontdoor.fleet.claims")
                                .tag("outcome", "unavailable")
                                .counter()
                                .count())
                .isEqualTo(1);
    }

    @Test
    void duplicatesHaveTheSameIdentityTaskQueueAndSetOfNamespaces() {
        String key = OwnedIdentity.key(new IdentityKey("w", "queue", List.of("a", "b")));

        assertThat(key).matches("frontdoor:1:\\{id:[0-9a-f]{32}}");
        assertThat(
                        List.of(
                                new IdentityKey("wq", "ueue", List.of("a", "b")),
                                new IdentityKey("w", "queue", List.of("ab")),
                                new IdentityKey("w", "queuea", List.of("b")),
                                new IdentityKey("w", "queue", List.of())))
                .extracting(OwnedIdentity::key)
                .doesNotContain(key)
                .doesNotHaveDuplicates();
    }

    private static CompletableFuture<Answer> claim(
            Node node, IdentityKey identity, Claimant claimant, boolean replaces) {
        return node.identities.claim(identity, claimant, replaces, LIMIT);
    }

    private static Answer.Granted granted(CompletableFuture<Answer> answer) throws Exception {
        Answer given = get(answer);
        assertThat(given).isInstanceOf(Answer.Granted.class);
        return (Answer.Granted) given;
    }

    /** Both answers, of claims that two threads make at the same time. */
    private static List<Answer> atOnce(
            Supplier<CompletableFuture<Answer>> first, Supplier<CompletableFuture<Answer>> second)
            throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        List<CompletableFuture<Answer>> answers =
                List.of(first, second).stream()
                        .map(claim ->
                                CompletableFuture.supplyAsync(
                                        () -> {
                                            arrive(start);
                                            return claim.get().join();
                                        },
                                        Thread::startVirtualThread))
                        .toList();
        return List.of(get(answers.getFirst()), get(answers.getLast()));
    }

    private static void arrive(CyclicBarrier start) {
        try {
            int _ = start.await(FleetUnderTest.MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private @Nullable String owner(IdentityKey identity) {
        return claimField(identity, "instance");
    }

    private @Nullable String claimField(IdentityKey identity, String field) {
        byte[] value =
                test.redis().hget(Redis.bytes(OwnedIdentity.key(identity)), Redis.bytes(field));
        return value == null ? null : Redis.text(value);
    }

    private static IdentityKey identity(String name) {
        return new IdentityKey(name, "queue", List.of("ns"));
    }

    private static void awaitClosed(TestClaimant claimant) {
        await().atMost(FleetUnderTest.MAX_WAIT)
                .pollInterval(Duration.ofMillis(5))
                .until(claimant::isClosed);
    }

    private static <T extends @Nullable Object> T get(CompletableFuture<T> future)
            throws Exception {
        return future.get(FleetUnderTest.MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** A connection without a socket. */
    private static final class TestClaimant implements Claimant {

        final CompletableFuture<@Nullable Void> released = new CompletableFuture<>();
        private final long pid;
        private volatile boolean closed;

        TestClaimant(long pid) {
            this.pid = pid;
        }

        boolean isClosed() {
            return closed;
        }

        @Override
        public long pid() {
            return pid;
        }

        @Override
        public CompletableFuture<@Nullable Void> replaced() {
            closed = true;
            return released;
        }
    }
}
