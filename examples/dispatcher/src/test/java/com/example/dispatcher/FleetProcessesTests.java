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
import java.util.List;
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

    @RegisterExtension static final RedisProcess redis = new RedisProcess();

    @TempDir Path directory;

    /** All processes, and those that new connections go to. */
    private final List<DispatcherProcess> launched = new ArrayList<>();

    private final List<DispatcherProcess> processes = new CopyOnWriteArrayList<>();
    private final List<RoamingWorker> workers = new ArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    /** The tasks that may be executed so far. */
    private final Semaphore gate = new Semaphore(0, true);

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
        launched.forEach(DispatcherProcess::close);
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
        while (!eachHasUsedOthers() && executions() < tasks * 3 / 2) {
            execute(10);
        }
        assertTrue(eachHasUsedOthers(), ways::toString);

        kill(all.get(2));
        execute(tasks);
        processes.remove(all.get(1));
        all.get(1).terminate();
        gate.release(Integer.MAX_VALUE / 2);

        awaitLedger(all, 3 * tasks);
        long twice = ledger.values().stream().filter(times -> times > 1).count();
        // What workers held when an instance died: the others', and those of its own workers.
        assertTrue(twice <= 2L * WORKERS * MAX_PENDING * 3, () -> twice + " executed twice");
    }

    @Test
    void noTaskIsLostWhileWorkersSpreadOverNewInstances() throws Exception {
        int count = LONG ? 300 : 30;
        int tasks = LONG ? 6000 : 600;
        Duration minStay = LONG ? Duration.ofSeconds(30) : Duration.ofSeconds(5);
        String[] settings = {
            "--tasks.count=" + tasks,
            "--tasks.interval=" + (LONG ? "10ms" : "5ms"),
            "--frontdoor.fleet.rebalance.enabled=true",
            "--frontdoor.fleet.rebalance.min-stay=" + minStay.toMillis() + "ms"
        };
        gate.release(Integer.MAX_VALUE / 2);
        launch(settings);
        processes.getFirst().awaitStart();
        connect(count);

        List<DispatcherProcess> more = List.of(start(settings), start(settings));
        more.forEach(DispatcherProcess::awaitStart);
        processes.addAll(more);
        List<DispatcherProcess> all = List.copyOf(processes);

        Waiting.until("the workers are spread", () -> areSpread(all, count));
        awaitStored(all, tasks);
        awaitLedger(all, 3 * tasks);
        assertTrue(workers.stream().anyMatch(worker -> worker.connections() > 1));
        for (RoamingWorker worker : workers) {
            assertTrue(
                    worker.shortestStay().compareTo(minStay) > 0, worker.shortestStay()::toString);
        }
    }

    /** Whether the counts of workers differ by at most a tenth, or by one. */
    private boolean areSpread(List<DispatcherProcess> all, int count) {
        List<Long> counts =
                all.stream()
                        .map(DispatcherProcess::url)
                        .map(url -> workers.stream().filter(worker -> worker.isAt(url)).count())
                        .toList();
        long most = counts.stream().max(Long::compare).orElseThrow();
        long fewest = counts.stream().min(Long::compare).orElseThrow();
        long sum = counts.stream().mapToLong(Long::longValue).sum();
        return sum == count && most - fewest <= Math.max(1, most / 10);
    }

    private void launch(String... settings) throws Exception {
        processes.add(start(settings));
    }

    /** Launches a process that no worker goes to yet. */
    private DispatcherProcess start(String... settings) throws Exception {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "--spring.data.redis.port=" + redis.port(),
                                "--dispatcher.heartbeat=300ms",
                                "--frontdoor.directory.lease=6s",
                                "--frontdoor.directory.renewal-interval=1s"));
        all.addAll(List.of(settings));
        DispatcherProcess process = DispatcherProcess.launch(directory, all.toArray(String[]::new));
        launched.add(process);
        return process;
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
        String instance = task.substring(0, task.indexOf('#'));
        ways.computeIfAbsent(instance, _ -> ConcurrentHashMap.newKeySet()).add(at);
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

    /** Whether each instance has given tasks to workers of others, too. */
    private boolean eachHasUsedOthers() {
        return ways.size() == 3 && ways.values().stream().allMatch(way -> way.size() > 1);
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
