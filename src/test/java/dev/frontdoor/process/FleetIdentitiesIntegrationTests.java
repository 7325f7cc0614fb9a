package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.process.FleetProcesses.Member;
import dev.frontdoor.protocol.Frame.WorkerRegisterAck;
import dev.frontdoor.test.TestWorker;
import dev.frontdoor.test.server.RedisServer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Three processes on one Redis, whose workers have unique identities and common bans. */
class FleetIdentitiesIntegrationTests {

    private static final Duration MAX_WAIT = Duration.ofMinutes(3);
    private static final boolean LONG = System.getProperty("long") != null;
    private static final String REJECT = "reject";
    private static final String REPLACE = "replace";

    /** Identities that all processes register at once. */
    private static final int RACES = LONG ? 300 : 20;

    @TempDir Path directory;

    private RedisServer redis;
    private FleetProcesses fleet;
    private final List<TestWorker> workers = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        redis = RedisServer.start();
        fleet = new FleetProcesses(directory);
    }

    @AfterEach
    void stop() throws Exception {
        workers.forEach(TestWorker::close);
        fleet.close();
        redis.close();
    }

    private static List<String> policies() {
        return LONG ? List.of(REJECT, REPLACE) : List.of(REJECT);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void anIdentityHasOneWorkerUntilItsProcessStopsOrIsDead(String policy) throws Exception {
        Member survivor = start(policy);
        Member victim = start(policy);
        Member stopped = start(policy);
        List<Member> members = List.of(survivor, victim, stopped);

        race("before", policy, members);
        redis.command("FLUSHALL");
        awaitClaims(RACES);
        race("after", policy, members);
        awaitClaims(2 * RACES);

        workers.forEach(TestWorker::close);
        awaitClaims(0);
        assertThat(accepted(register(victim, "of the victim"))).isTrue();
        assertThat(accepted(register(stopped, "of the stopped"))).isTrue();
        fleet.members.remove(stopped);
        stopped.service.terminate();
        awaitClaims(1);
        fleet.kill(victim);
        boolean takenOver = accepted(register(survivor, "of the victim"));
        assertThat(takenOver).as("the lease lives").isEqualTo(policy.equals(REPLACE));
        awaitAccepted(survivor, "of the victim");
        awaitClaims(1);
        await().atMost(MAX_WAIT).until(() -> fleetRows(survivor) == 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {REJECT, REPLACE})
    @EnabledIfSystemProperty(named = "long", matches = ".*", disabledReason = "takes half a minute")
    void aProcessThatThawsClosesTheWorkerWhoseIdentityWasTakenOver(String policy) throws Exception {
        Member other = start(policy);
        Member frozen = start(policy);
        TestWorker earlier = connect(frozen);
        assertThat(earlier.register(TestWorker.registration("worker")))
                .isEqualTo(WorkerRegisterAck.ACCEPTED);

        CompletableFuture<?> thaw = freeze(frozen, FleetProcesses.LEASE.multipliedBy(3));
        awaitAccepted(other, "worker");
        assertThat(thaw).as("it is still frozen").isNotDone();
        thaw.get(MAX_WAIT.toSeconds(), TimeUnit.SECONDS);

        TestWorker.Close _ = earlier.expectClose(4501);
        assertThat(other.pids()).hasSize(1);
        assertThat(frozen.pids()).isEmpty();
        await().atMost(MAX_WAIT).until(() -> fleetRows(other) == 1);
        awaitClaims(1);
    }

    @Test
    @EnabledIfSystemProperty(named = "long", matches = ".*", disabledReason = "takes half a minute")
    void aProcessThatThawsWithinItsLeaseClosesTheWorkerThatWasReplaced() throws Exception {
        Member other = start(REPLACE);
        Member frozen = start(REPLACE);
        TestWorker earlier = connect(frozen);
        assertThat(earlier.register(TestWorker.registration("worker")))
                .isEqualTo(WorkerRegisterAck.ACCEPTED);

        CompletableFuture<?> thaw = freeze(frozen, FleetProcesses.LEASE.dividedBy(2));
        awaitAccepted(other, "worker");
        thaw.get(MAX_WAIT.toSeconds(), TimeUnit.SECONDS);

        TestWorker.Close _ = earlier.expectClose(4501);
        assertThat(other.pids()).hasSize(1);
    }

    @Test
    @EnabledIfSystemProperty(named = "long", matches = ".*", disabledReason = "takes half a minute")
    void withoutRedisWorkersWaitOrReplaceEachOtherByPolicy() throws Exception {
        Member rejecting = start(REJECT);
        Member replacing = start(REPLACE);

        CompletableFuture<?> thaw =
                CompletableFuture.runAsync(() -> {
                    try {
                        redis.freeze(Duration.ofSeconds(20));
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
        await().atMost(MAX_WAIT)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() ->
                        assertThat(register(rejecting, "a"))
                                .isEqualTo(
                                        WorkerRegisterAck.rejected(
                                                "the identities of other instances cannot be"
                                                        + " checked; retry in 5 s")));
        assertThat(accepted(register(replacing, "b"))).isTrue();
        assertThat(thaw).isNotDone();
        thaw.get(MAX_WAIT.toSeconds(), TimeUnit.SECONDS);

        awaitAccepted(rejecting, "a");
        awaitClaims(2);
    }

    @Test
    void aBanHoldsOnAllProcessesUntilItIsLifted() throws Exception {
        Member one = start(REJECT);
        Member two = start(REJECT);
        TestWorker banned = connect(two);
        assertThat(banned.register(TestWorker.registration("banned")))
                .isEqualTo(WorkerRegisterAck.ACCEPTED);

        assertThat(
                        one.service
                                .post(
                                        "/actuator/bans",
                                        """
                                        {"identity":"banned","duration":"1h","disconnect":true}
                                        """)
                                .statusCode())
                .isEqualTo(200);

        TestWorker.Close _ = banned.expectClose(4500);
        assertThat(accepted(register(two, "banned"))).isFalse();
        redis.command("FLUSHALL");
        await().atMost(MAX_WAIT)
                .until(() -> redis.command("EXISTS", "frontdoor:1:bans").trim().equals(":1"));
        Member later = start(REJECT);
        assertThat(accepted(register(later, "banned"))).isFalse();
        assertThat(later.json("/actuator/bans").path("bans").path(0).path("instance").asString())
                .isEqualTo(one.name);

        assertThat(later.service.delete("/actuator/bans?identity=banned").statusCode())
                .isEqualTo(204);

        awaitAccepted(one, "banned");
        assertThat(two.json("/actuator/bans").path("bans").size()).isZero();
    }

    private Member start(String policy) throws Exception {
        return fleet.start(
                "--spring.data.redis.port=" + redis.port(),
                "--frontdoor.duplicate-identity=" + policy,
                "--frontdoor.fleet.identities=true",
                "--frontdoor.fleet.bans=true");
    }

    private static CompletableFuture<?> freeze(Member member, Duration duration) {
        return CompletableFuture.runAsync(() -> {
            try {
                member.service.freeze(duration);
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** Registers each identity on all processes at once, and expects that one has it. */
    private void race(String prefix, String policy, List<Member> members) throws Exception {
        for (int i = 0; i < RACES; i++) {
            String identity = prefix + "-" + i;
            CountDownLatch start = new CountDownLatch(1);
            List<CompletableFuture<@Nullable WorkerRegisterAck>> answers = new ArrayList<>();
            for (Member member : members) {
                TestWorker worker = connect(member);
                answers.add(
                        CompletableFuture.supplyAsync(
                                () -> registerAfter(start, worker, identity),
                                Thread::startVirtualThread));
            }
            start.countDown();
            long accepted = 0;
            for (CompletableFuture<@Nullable WorkerRegisterAck> answer : answers) {
                WorkerRegisterAck given = answer.get(MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
                accepted += given != null && accepted(given) ? 1 : 0;
                if (policy.equals(REJECT) && given != null && !accepted(given)) {
                    assertThat(given.toString())
                            .contains("identity '%s' is registered already".formatted(identity));
                }
            }
            if (policy.equals(REJECT)) {
                assertThat(accepted).as(identity).isEqualTo(1);
            } else {
                assertThat(accepted).as(identity).isPositive();
            }
        }
        await().atMost(MAX_WAIT)
                .untilAsserted(() -> {
                    List<String> identities = new ArrayList<>();
                    for (Member member : members) {
                        member.rows("/actuator/registrations", "registrations")
                                .values()
                                .forEach(row -> identities.add(row.path("identity").asString()));
                    }
                    assertThat(identities.stream().filter(it -> it.startsWith(prefix)))
                            .hasSize(RACES)
                            .doesNotHaveDuplicates();
                });
    }

    /** The answer; null if the worker was closed before it came. */
    private static @Nullable WorkerRegisterAck registerAfter(
            CountDownLatch start, TestWorker worker, String identity) {
        try {
            assertThat(start.await(MAX_WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            // Right after Redis has lost its data, nobody knows for a while.
            return await().atMost(MAX_WAIT)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(200))
                    .until(
                            () -> worker.register(TestWorker.registration(identity)),
                            answer -> !answer.toString().contains("retry in"));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } catch (AssertionError | UncheckedIOException _) {
            return null;
        }
    }

    private TestWorker connect(Member member) throws IOException {
        TestWorker worker = member.service.worker().timeout(MAX_WAIT).connect();
        workers.add(worker);
        return worker;
    }

    private WorkerRegisterAck register(Member member, String identity) throws IOException {
        return connect(member).register(TestWorker.registration(identity));
    }

    private void awaitAccepted(Member member, String identity) throws IOException {
        TestWorker worker = connect(member);
        await().atMost(MAX_WAIT)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> accepted(worker.register(TestWorker.registration(identity))));
    }

    private static boolean accepted(WorkerRegisterAck answer) {
        return answer.equals(WorkerRegisterAck.ACCEPTED);
    }

    private static int fleetRows(Member member) throws Exception {
        return member.rows("/actuator/fleet", "workers").size();
    }

    private void awaitClaims(int count) {
        await().atMost(MAX_WAIT)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() ->
                        assertThat(
                                        redis.command(
                                                        "EVAL",
                                                        "return #redis.call('KEYS',"
                                                                + " 'frontdoor:1:{id:*')",
                                                        "0")
                                                .trim())
                                .isEqualTo(":" + count));
    }
}
