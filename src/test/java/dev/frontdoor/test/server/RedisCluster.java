package dev.frontdoor.test.server;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Six processes of Redis that form a cluster: three masters with a replica each. */
public final class RedisCluster implements AutoCloseable {

    private static final Duration MAX_WAIT = Duration.ofMinutes(2);
    private static final int MASTERS = 3;
    private static final int SLOTS = 16384;

    private final List<RedisServer> nodes = new ArrayList<>();

    private RedisCluster() {}

    /** Starts a cluster; skips the test if the machine has no Redis. */
    public static RedisCluster start() {
        return start(List.of());
    }

    /** Starts a cluster with these options; skips the test if the machine has no Redis. */
    public static RedisCluster start(List<String> options) {
        RedisCluster cluster = new RedisCluster();
        try {
            for (int i = 0; i < 2 * MASTERS; i++) {
                List<String> all = new ArrayList<>(options);
                all.addAll(
                        List.of(
                                "--cluster-enabled",
                                "yes",
                                "--cluster-port",
                                Integer.toString(RedisServer.freePort()),
                                "--cluster-node-timeout",
                                "3000",
                                // A replica that was cut off may take its master's place.
                                "--cluster-replica-validity-factor",
                                "0"));
                cluster.nodes.add(RedisServer.start(all));
            }
            cluster.form();
            return cluster;
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    /** The addresses of all nodes, as a setting of Spring Boot. */
    public String addresses() {
        return nodes.stream()
                .map(node -> "127.0.0.1:" + node.port())
                .collect(Collectors.joining(","));
    }

    /** Kills a master, and waits until its replica has taken its place. */
    public void failOver(int master) {
        nodes.get(master).kill();
        awaitSuccessor(master);
    }

    /** The same, but the replica has not got what happens meanwhile. */
    public void failOverWithout(Action meanwhile, int master) throws Exception {
        RedisServer replica = nodes.get(MASTERS + master);
        replica.pause();
        try {
            nodes.get(master).command("CLIENT", "KILL", "TYPE", "replica");
            meanwhile.run();
            nodes.get(master).kill();
        } finally {
            replica.resume();
        }
        awaitSuccessor(master);
    }

    /** Kills all nodes, and starts them again without any key. */
    public void restart() {
        nodes.forEach(RedisServer::kill);
        nodes.forEach(RedisServer::restart);
        nodes.forEach(RedisCluster::awaitState);
    }

    /** Stops all threads of all nodes for a time. */
    public void freeze(Duration duration) throws InterruptedException {
        RedisServer.freeze(nodes, duration);
        nodes.forEach(RedisCluster::awaitState);
    }

    /** Something that happens meanwhile. */
    @FunctionalInterface
    public interface Action {

        /** Does it. */
        void run() throws Exception;
    }

    private void awaitSuccessor(int master) {
        await().atMost(MAX_WAIT)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> nodes.get(MASTERS + master).command("ROLE").contains("master"));
        awaitState(nodes.get(MASTERS + master));
    }

    private static void awaitState(RedisServer node) {
        await().atMost(MAX_WAIT)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> node.command("CLUSTER", "INFO").contains("cluster_state:ok"));
    }

    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }

    private void form() {
        RedisServer first = nodes.getFirst();
        for (int i = 0; i < nodes.size(); i++) {
            if (i < MASTERS) {
                nodes.get(i)
                        .command(
                                "CLUSTER",
                                "ADDSLOTSRANGE",
                                Integer.toString(SLOTS * i / MASTERS),
                                Integer.toString(SLOTS * (i + 1) / MASTERS - 1));
            }
            nodes.get(i).command("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
            if (i > 0) {
                first.command(
                        "CLUSTER",
                        "MEET",
                        "127.0.0.1",
                        Integer.toString(nodes.get(i).port()),
                        Integer.toString(nodes.get(i).clusterPort()));
            }
        }
        for (int i = 0; i < MASTERS; i++) {
            RedisServer replica = nodes.get(MASTERS + i);
            String id =
                    nodes.get(i)
                            .command("CLUSTER", "MYID")
                            .lines()
                            .skip(1)
                            .findFirst()
                            .orElseThrow();
            await().atMost(MAX_WAIT)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> replica.command("CLUSTER", "REPLICATE", id).startsWith("+OK"));
        }
        for (RedisServer node : nodes) {
            await().atMost(MAX_WAIT)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() ->
                            node.command("CLUSTER", "INFO").contains("cluster_state:ok")
                                    && node.command("CLUSTER", "INFO")
                                            .contains("cluster_known_nodes:6"));
        }
        for (int i = 0; i < MASTERS; i++) {
            RedisServer replica = nodes.get(MASTERS + i);
            await().atMost(MAX_WAIT)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() ->
                            replica.command("INFO", "replication")
                                    .contains("master_link_status:up"));
        }
    }
}
