package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.process.FleetProcesses.Member;
import dev.frontdoor.test.server.RedisCluster;
import dev.frontdoor.test.server.RedisServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Three processes on a cluster of six nodes. */
@EnabledIfSystemProperty(named = "long", matches = ".*", disabledReason = "takes 6 minutes")
class FleetClusterIntegrationTests {

    @TempDir Path directory;

    private RedisCluster redis;
    private FleetProcesses fleet;
    private Member one;
    private Member two;
    private Member three;

    @BeforeEach
    void start() throws Exception {
        redis = RedisCluster.start(RedisServer.user("front-door", "cluster-password", "+cluster"));
        fleet = new FleetProcesses(directory);
        one = member();
        two = member();
        three = member();
        one.register("one", 100);
        two.register("two", 100);
        three.register("three", 500);
        fleet.expectUnion();
    }

    @AfterEach
    void stop() {
        if (fleet != null) {
            fleet.close();
        }
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void eachWorkerOfAKilledProcessIsLostOnce() throws Exception {
        List<Long> pids = three.pids();

        fleet.kill(three);

        fleet.expectTold(three.name, pids, "lost");
        fleet.expectUnion();
        assertThat(fleet.told(one.name)).isEmpty();
    }

    @Test
    void theWorkersOfAFrozenProcessAreLostAndReturn() throws Exception {
        List<Long> pids = three.pids();

        three.service.freeze(FleetProcesses.LEASE.multipliedBy(4));

        fleet.expectTold(three.name, pids, "lost", "returned");
        fleet.expectUnion();
        assertThat(fleet.told(one.name)).isEmpty();
    }

    @Test
    void nobodyIsLostByAFailover() throws Exception {
        try (Churn _ = new Churn(fleet.members)) {
            redis.failOver(0);
            redis.failOver(1);
            one.register("more", 20);
        }

        expectNobodyLost();
    }

    @Test
    void whatAFailoverForgetsIsWrittenAgain() throws Exception {
        for (int master = 0; master < 3; master++) {
            String identity = "before-failover-" + master;
            redis.failOverWithout(
                    () -> {
                        for (Member member : List.of(one, two, three)) {
                            member.connected.removeFirst().close();
                            member.register(identity, 10);
                        }
                        fleet.expectUnion();
                    },
                    master);
        }

        expectNobodyLost();
    }

    @Test
    void theDirectoryIsCompleteAgainAfterAnEmptyRestart() throws Exception {
        try (Churn _ = new Churn(fleet.members)) {
            one.register("more", 50);
            redis.restart();
            two.register("more", 50);
        }

        expectNobodyLost();
    }

    @Test
    void nobodyIsLostWhenRedisPauses() throws Exception {
        try (Churn _ = new Churn(fleet.members)) {
            redis.freeze(Duration.ofSeconds(30));
            one.register("more", 50);
        }

        expectNobodyLost();
    }

    @Test
    void theBooksBalanceWhenProcessesDieDuringChurn() throws Exception {
        List<Long> ofThree = three.pids();
        List<Long> ofTwo = two.pids();
        try (Churn _ = new Churn(List.of(one, two))) {
            fleet.kill(three);
            two.service.freeze(FleetProcesses.LEASE.multipliedBy(4));
        }

        fleet.expectDeathAndFreeze(three.name, ofThree, two.name, ofTwo);
        assertThat(fleet.told(one.name)).isEmpty();
    }

    private void expectNobodyLost() throws Exception {
        fleet.expectUnion();
        for (Member member : List.of(one, two, three)) {
            assertThat(fleet.told(member.name)).isEmpty();
        }
    }

    private Member member() throws Exception {
        return fleet.start(
                "--spring.data.redis.cluster.nodes=" + redis.addresses(),
                "--spring.data.redis.username=front-door",
                "--spring.data.redis.password=cluster-password");
    }
}
