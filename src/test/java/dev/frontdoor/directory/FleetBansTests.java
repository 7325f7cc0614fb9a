package dev.frontdoor.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.frontdoor.notifier.Ban;
import dev.frontdoor.notifier.SharedBans.SharedBan;
import dev.frontdoor.test.server.RedisServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The bans of several instances on a real Redis, whose time the test drives. */
class FleetBansTests {

    private static final Duration HOUR = Duration.ofHours(1);

    private static RedisServer server;

    private DirectoryUnderTest directory;
    private final AtomicInteger written = new AtomicInteger();
    private FleetBans one;
    private FleetBans two;

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
        directory = new DirectoryUnderTest(server.port());
        one = bans();
        two = bans();
    }

    @AfterEach
    void leave() {
        directory.close();
    }

    @Test
    void aBanHoldsOnAllInstancesAlsoOnThoseThatStartLater() throws Exception {
        SharedBan ban = ban("w\u0000 \"", HOUR, true);
        one.ban(ban);

        assertThat(one.current()).containsExactly(ban);
        read(one);
        read(two);
        assertThat(two.current()).containsExactly(ban);
        FleetBans later = bans();
        read(later);
        assertThat(later.current()).containsExactly(ban);
        assertThat(written).hasPositiveValue();
    }

    @Test
    void aBanThatIsLiftedOrReplacedOnOneInstanceIsSoOnAll() throws Exception {
        one.ban(ban("lifted", HOUR, false));
        one.ban(ban("replaced", HOUR, false));
        read(one);
        read(two);
        SharedBan replacement = ban("replaced", HOUR.multipliedBy(2), true);

        two.unban("lifted");
        two.ban(replacement);

        assertThat(two.current()).containsExactly(replacement);
        read(two);
        read(one);
        assertThat(one.current()).containsExactly(replacement);
    }

    @Test
    void aBanEndsByTheTimeOfRedis() throws Exception {
        one.ban(ban("w", HOUR, false));
        read(one);
        directory.advance(HOUR.minusMillis(1));
        read(two);
        assertThat(two.current()).hasSize(1);

        directory.advance(Duration.ofMillis(1));

        assertThat(two.current()).isEmpty();
        assertThat(one.current()).isEmpty();
        read(two);
        assertThat(directory.redis().hgetall(FleetBans.KEY)).containsOnlyKeys("");
    }

    @Test
    void bansAreWrittenAgainWhenRedisHasLostThem() throws Exception {
        one.ban(ban("of one", HOUR, false));
        two.ban(ban("of two", HOUR, false));
        read(one);
        read(two);
        read(one);

        directory.flush();
        read(one);
        assertThat(one.current()).hasSize(2);
        read(one);

        FleetBans later = bans();
        read(later);
        assertThat(later.current()).extracting(ban -> ban.ban().identity()).contains("of one");
        assertThat(later.current()).hasSize(2);
    }

    @Test
    void aBanThatIsLiftedWhileRedisLosesItsDataStaysLifted() throws Exception {
        one.ban(ban("w", HOUR, false));
        read(one);

        directory.flush();
        one.unban("w");
        read(one);
        read(one);

        assertThat(one.current()).isEmpty();
        assertThat(directory.redis().hget(FleetBans.KEY, "w")).isNull();
    }

    @Test
    void changesWithoutRedisCountHereAndAreWrittenOnceItIsThere() throws Exception {
        directory
                .redis()
                .aclSetuser(
                        "default",
                        io.lettuce.core.AclSetuserArgs.Builder.removeCommand(
                                io.lettuce.core.protocol.CommandType.EVALSHA));
        try {
            one.ban(ban("w", HOUR, false));
            assertThat(one.synchronize()).failsWithin(FleetUnderTest.MAX_WAIT);
            assertThat(one.current()).hasSize(1);
        } finally {
            directory
                    .redis()
                    .aclSetuser(
                            "default",
                            io.lettuce.core.AclSetuserArgs.Builder.addCommand(
                                    io.lettuce.core.protocol.CommandType.EVALSHA));
        }

        read(one);
        read(two);

        assertThat(two.current()).hasSize(1);
    }

    @Test
    void noMoreBansAreKeptThanAllowed() throws Exception {
        for (int i = 0; i < FleetBans.MAX; i++) {
            one.ban(ban("w" + i, HOUR, false));
        }
        read(one);
        read(one);
        two.ban(ban("one too many", HOUR, false));
        two.ban(ban("w0", HOUR.multipliedBy(2), true));
        read(two);
        read(two);

        assertThat(two.current())
                .hasSize(FleetBans.MAX)
                .noneMatch(ban -> ban.ban().identity().equals("one too many"))
                .anyMatch(SharedBan::disconnects);
    }

    @Test
    void whoeverListensLearnsOfEachReading() throws Exception {
        AtomicInteger changes = new AtomicInteger();
        two.onChange(changes::incrementAndGet);
        one.ban(ban("w", HOUR, false));
        read(one);

        read(two);

        await().atMost(FleetUnderTest.MAX_WAIT).until(() -> changes.get() > 0);
    }

    private FleetBans bans() {
        return new FleetBans(
                directory.connect(Duration.ofSeconds(30)),
                written::incrementAndGet,
                Thread::startVirtualThread,
                directory.time());
    }

    private static void read(FleetBans bans) throws Exception {
        bans.synchronize().get(FleetUnderTest.MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static SharedBan ban(String identity, Duration left, boolean disconnects) {
        Instant since = Instant.ofEpochMilli(1_000);
        return new SharedBan(
                new Ban(identity, "why|not 1", since, since.plus(left), "host-1/a"),
                disconnects,
                left);
    }
}
