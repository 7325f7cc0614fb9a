package dev.frontdoor.test.server;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** A master of Redis and its replica, and three sentinels that watch them. */
public final class RedisSentinel implements AutoCloseable {

    /** The name of the master. */
    public static final String MASTER = "directory";

    private static final Duration MAX_WAIT = Duration.ofMinutes(2);
    private static final int SENTINELS = 3;

    private final RedisServer master;
    private final RedisServer replica;
    private final List<RedisServer> sentinels = new ArrayList<>();

    private RedisSentinel() {
        master = RedisServer.start();
        replica = RedisServer.start("--replicaof", "127.0.0.1", Integer.toString(master.port()));
    }

    /** Starts all of them; skips the test if the machine has no Redis. */
    public static RedisSentinel start() {
        RedisSentinel started = new RedisSentinel();
        try {
            started.watch();
            return started;
        } catch (RuntimeException | Error e) {
            started.close();
            throw e;
        }
    }

    /** The addresses of the sentinels, as a setting of Spring Boot. */
    public String addresses() {
        return sentinels.stream()
                .map(sentinel -> "127.0.0.1:" + sentinel.port())
                .collect(Collectors.joining(","));
    }

    /** Kills the master, and waits until the sentinels name its replica instead. */
    public void failOver() {
        master.kill();
        awaitMaster(replica);
    }

    @Override
    public void close() {
        sentinels.forEach(RedisServer::close);
        replica.close();
        master.close();
    }

    private void watch() {
        until(() -> replica.command("INFO", "replication").contains("master_link_status:up"));
        for (int i = 0; i < SENTINELS; i++) {
            sentinels.add(
                    RedisServer.sentinel(
                            List.of(
                                    "sentinel monitor %s 127.0.0.1 %s 2"
                                            .formatted(MASTER, master.port()),
                                    "sentinel down-after-milliseconds %s 2000".formatted(MASTER),
                                    "sentinel failover-timeout %s 5000".formatted(MASTER))));
        }
        for (RedisServer sentinel : sentinels) {
            until(() -> sentinel.command("INFO", "sentinel").contains("slaves=1,sentinels=3"));
        }
    }

    private void awaitMaster(RedisServer expected) {
        String port = Integer.toString(expected.port());
        for (RedisServer sentinel : sentinels) {
            until(() ->
                    sentinel.command("SENTINEL", "get-master-addr-by-name", MASTER).contains(port));
        }
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(MAX_WAIT).pollInterval(Duration.ofMillis(100)).until(condition);
    }
}
