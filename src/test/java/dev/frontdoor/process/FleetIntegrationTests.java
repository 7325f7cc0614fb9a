package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.process.FleetProcesses.Member;
import dev.frontdoor.test.server.RedisServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Three processes on one Redis, when one of them or Redis fails. */
class FleetIntegrationTests {

    private static final boolean LONG = System.getProperty("long") != null;

    @TempDir Path directory;

    private RedisServer redis;
    private FleetProcesses fleet;
    private StallingProxy proxy;
    private Member one;
    private Member two;
    private Member three;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServer.start();
        proxy = new StallingProxy(redis.port());
        fleet = new FleetProcesses(directory);
        one = fleet.start("--spring.data.redis.port=" + redis.port());
        two = fleet.start("--spring.data.redis.port=" + redis.port());
        three = fleet.start("--spring.data.redis.port=" + proxy.port());
        one.register("one", 100);
        two.register("two", 100);
    }

    @AfterEach
    void stop() throws Exception {
        if (fleet != null) {
            fleet.close();
            proxy.close();
        }
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void eachWorkerOfAKilledProcessIsLostOnce() throws Exception {
        three.register("three", 500);
        fleet.expectUnion();
        List<Long> pids = three.pids();
        assertThat(pids).hasSize(500);

        fleet.kill(three);

        fleet.expectTold(three.name, pids, "lost");
        fleet.expectUnion();
        expectNothingTold(one, two);
    }

    @Test
    void theWorkersOfAFrozenProcessAreLostAndReturn() throws Exception {
        three.register("three", 200);
        fleet.expectUnion();
        List<Long> pids = three.pids();

        three.service.freeze(FleetProcesses.LEASE.multipliedBy(4));

        fleet.expectTold(three.name, pids, "lost", "returned");
        fleet.expectUnion();
        expectNothingTold(one, two);
    }

    @Test
    @EnabledIfSystemProperty(named = "long", matches = ".*", disabledReason = "takes half a minute")
    void theWorkersOfAProcessWithoutRedisAreLostAndReturn() throws Exception {
        three.register("three", 200);
        fleet.expectUnion();
        List<Long> pids = three.pids();

        proxy.stall();
        fleet.expectTold(three.name, pids, "lost");
        assertThat(three.service.get("/actuator/health/readiness").statusCode()).isEqualTo(200);
        assertThat(three.service.get("/actuator/health/directory").statusCode()).isEqualTo(503);
        three.register("meanwhile", 10);
        proxy.resume();

        fleet.expectTold(three.name, pids, "lost", "returned");
        fleet.expectUnion();
        expectNothingTold(one, two);
    }

    @Test
    void theDirectoryIsCompleteAgainAfterAnEmptyRestart() throws Exception {
        fleet.expectUnion();
        try (Churn _ = new Churn(fleet.members)) {
            one.register("more", 50);
            redis.restart();
            two.register("more", 50);
        }

        fleet.expectUnion();
        expectNothingTold(one, two, three);
    }

    @Test
    @EnabledIfSystemProperty(named = "long", matches = ".*", disabledReason = "takes half a minute")
    void nobodyIsLostWhenRedisPauses() throws Exception {
        fleet.expectUnion();
        try (Churn _ = new Churn(fleet.members)) {
            redis.freeze(LONG ? Duration.ofSeconds(30) : FleetProcesses.LEASE.multipliedBy(2));
            one.register("more", 50);
        }

        fleet.expectUnion();
        expectNothingTold(one, two, three);
    }

    @Test
    @EnabledIfSystemProperty(named = "long", matches = ".*", disabledReason = "takes half a minute")
    void whatAFailoverForgetsIsWrittenAgain() throws Exception {
        fleet.expectUnion();
        redis.snapshot();
        one.register("more", 50);
        two.connected.subList(0, 20).forEach(worker -> worker.close());
        redis.restartAtSnapshot();

        fleet.expectUnion();
        expectNothingTold(one, two, three);
    }

    @Test
    @EnabledIfSystemProperty(named = "long", matches = ".*", disabledReason = "takes half a minute")
    void theBooksBalanceWhenProcessesDieDuringChurn() throws Exception {
        three.register("three", 100);
        fleet.expectUnion();
        List<Long> ofThree = three.pids();
        List<Long> ofTwo = two.pids();
        try (Churn _ = new Churn(List.of(one, two))) {
            fleet.kill(three);
            two.service.freeze(FleetProcesses.LEASE.multipliedBy(4));
        }

        fleet.expectDeathAndFreeze(three.name, ofThree, two.name, ofTwo);
        expectNothingTold(one);
    }

    private void expectNothingTold(Member... members) throws Exception {
        for (Member member : members) {
            assertThat(fleet.told(member.name)).isEmpty();
        }
    }
}
