package com.example.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.frontdoor.protocol.Frame.Push;
import dev.frontdoor.protocol.Frame.PushReply;
import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The dispatcher in three processes, which die, stop and start while tasks run. The workers keep a
 * ledger of the tasks that they execute.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class FleetProcessesTests {

    private static final boolean LONG = System.getProperty("long") != null;
    private static final int WORKERS = 9;
    private static final int MAX_PENDING = 4;
    private static final Duration MIN_STAY = Duration.ofSeconds(20);

    @RegisterExtension static final RedisProcess redis = new RedisProcess();

    @TempDir Path directory;

    private final List<DispatcherProcess> processes = new CopyOnWriteArrayList<>();
    private final List<RoamingWorker> workers = new ArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    /** The tasks that may be executed so far. */
    private final Semaphore gate = new Semaphore(0);

    /** How often each task was executed. */
    private final ConcurrentMap<String, Integer> ledger = new ConcurrentHashMap<>();

    /** The tasks that each process has given to workers of each address. */
    private final ConcurrentMap<String, Set<URI>> ways = new ConcurrentHashMap<>();

    @BeforeEach
    void emptyRedis() {
        redis.command("FLUSHALL");
    }

    @AfterEach
    void stop() {
        gate.release(Integer.MAX_VALUE / 2);
        workers.forEach(RoamingWorker::close);
        processes.forEach(DispatcherProcess::close);
    }

    @Test
    void noTaskIsLostWhenAnInstanceIsKilledAndAnotherIsStopped() throws Exception {
        int tasks = LONG ? 3000 : 200;
        for (int i = 0; i < 3; i++) {
            launch("--tasks.count=" + tasks, "--frontdoor.drain.window=0s");
        }
        List<DispatcherProcess> all = List.copyOf(processes);
        all.forEach(DispatcherProcess::awaitStart);
        connect(WORKERS);
        awaitStored(all, tasks);
        execute(tasks / 2);
        assertEachInstanceHasUsedAllInstances();

        kill(all.get(2));
        execute(tasks);
        if (LONG) {
            processes.remove(all.get(1));
            all.get(1).terminate();
        }
        gate.release(Integer.MAX_VALUE / 2);

        awaitLedger(all, 3 * tasks);
        long twice = ledger.values().stream().filter(times -> times > 1).count();
        // What workers held when an instance died: the others', and those of its own workers.
        assertTrue(twice <= 2L * WORKERS * MAX_PENDING * 3, () -> twice + " executed twice");
    }

    private void launch(String... settings) throws Exception {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "--spring.data.redis.port=" + redis.port(),
                                "--dispatcher.heartbeat=300ms",
                                "--frontdoor.directory.lease=6s",
                                "--frontdoor.directory.renewal-interval=1s"));
        all.addAll(List.of(settings));
        processes.add(DispatcherProcess.launch(directory, all.toArray(String[]::new)));
    }

    private void kill(DispatcherProcess process) {
        processes.remove(process);
        process.close();
    }

    private void connect(int count) {
        for (int i = 0; i < count; i++) {
            workers.add(new RoamingWorker("worker-" + i, this::balance, this::execute));
        }
        Waiting.until(
                "all are connected", () -> workers.stream().allMatch(RoamingWorker::isConnected));
    }

    /** The load balancer: the next process takes the next connection. */
    private URI balance() {
        List<DispatcherProcess> now = List.copyOf(processes);
        return now.get(Math.floorMod(connections.getAndIncrement(), now.size())).url();
    }

    private PushReply execute(URI at, Push push) {
        gate.acquireUninterruptibly();
        String task = new String(push.payload().toByteArray(), UTF_8);
        ledger.merge(task, 1, Integer::sum);
        ways.computeIfAbsent(task.substring(0, task.indexOf('#')), _ -> new HashSet<>());
        ways.computeIfPresent(
                task.substring(0, task.indexOf('#')),
                (_, addresses) -> {
                    addresses.add(at);
                    return addresses;
                });
        return TestWorker.reply(push, new byte[0]);
    }

    /** Lets workers execute some more tasks, and waits until they have. */
    private void execute(int tasks) {
        int before = executions();
        gate.release(tasks);
        Waiting.until("tasks are executed", () -> executions() >= before + tasks);
    }

    private int executions() {
        return ledger.values().stream().mapToInt(Integer::intValue).sum();
    }

    private void assertEachInstanceHasUsedAllInstances() {
        assertEquals(3, ways.size());
        for (Map.Entry<String, Set<URI>> way : ways.entrySet()) {
            assertEquals(3, way.getValue().size(), way::toString);
        }
    }

    private static void awaitStored(List<DispatcherProcess> from, int each) {
        for (DispatcherProcess process : from) {
            Waiting.until("all are stored", () -> process.stored().size() == each);
        }
    }

    /** Waits until each task that was stored is in the ledger, and none is in Redis. */
    private void awaitLedger(List<DispatcherProcess> from, int tasks) {
        List<String> stored = from.stream().flatMap(each -> each.stored().stream()).toList();
        assertEquals(tasks, stored.size());
        Waiting.until("all are executed", () -> ledger.keySet().containsAll(stored));
        Waiting.until(
                "none is left",
                () -> redis.command("KEYS dispatcher:{tasks}:of:*").startsWith("*0"));
    }
}
