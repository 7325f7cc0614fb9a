package com.example.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.frontdoor.notifier.Workers;
import dev.frontdoor.test.FrontDoorExtension;
import dev.frontdoor.test.TestWorker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** The dispatcher, while workers die with tasks in their hands. */
class DyingWorkersTests {

    private static final int TASKS = 1000;
    private static final int FOREVER = Integer.MAX_VALUE;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @RegisterExtension
    static final FrontDoorExtension frontDoor =
            FrontDoorExtension.with(DispatcherConfiguration.class, Record.class)
                    .property("dispatcher.busy-pause", "10ms")
                    .property("frontdoor.registrations.decision-timeout", "60s")
                    .property("frontdoor.notifiers.timeout", "30s");

    private final CountDownLatch start = new CountDownLatch(1);
    private final List<LedgerWorker> workers = new ArrayList<>();

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void noTaskIsLostAndOnlyThosePendingOnADeadWorkerRunTwice() throws Exception {
        Dispatcher dispatcher = frontDoor.bean(Dispatcher.class);
        List<CompletableFuture<byte[]>> results =
                IntStream.range(0, TASKS)
                        .mapToObj(
                                i -> dispatcher.submit("default", "echo", bytes(i), LIMIT).result())
                        .toList();
        try {
            for (int i = 0; i < 4; i++) {
                connect(FOREVER);
                connect(3);
            }
            start.countDown();
            replaceTheDeadUntilAllAreDone(results);
        } finally {
            workers.forEach(LedgerWorker::close);
        }
        assertTrue(workers.stream().filter(LedgerWorker::isDead).count() >= 4);
        assertLedgersAgree(results);
    }

    /** A worker executed what it replied to and, if it died, at most what was pending then. */
    private void assertLedgersAgree(List<CompletableFuture<byte[]>> results) {
        DeathRecord deaths = frontDoor.bean(DeathRecord.class);
        Map<String, Set<String>> replied = new HashMap<>();
        for (int i = 0; i < TASKS; i++) {
            String identity = new String(results.get(i).join(), UTF_8);
            replied.computeIfAbsent(identity, added -> new HashSet<>()).add("task " + i);
        }
        for (LedgerWorker worker : workers) {
            await(() -> deaths.has(worker.identity()));
            Set<String> executed = new HashSet<>(worker.ledger());
            assertEquals(worker.ledger().size(), executed.size());
            Set<String> known = replied.getOrDefault(worker.identity(), Set.of());
            assertTrue(executed.containsAll(known));
            assertTrue(executed.size() - known.size() <= deaths.pendingOf(worker.identity()));
        }
    }

    /** As in a cluster: for each worker that dies another one starts. It dies too. */
    private void replaceTheDeadUntilAllAreDone(List<CompletableFuture<byte[]>> results)
            throws Exception {
        CompletableFuture<Void> all =
                CompletableFuture.allOf(results.toArray(CompletableFuture<?>[]::new));
        int replaced = 0;
        while (!isDone(all)) {
            long dead = workers.stream().filter(LedgerWorker::isDead).count();
            for (; replaced < dead; replaced++) {
                connect(10);
            }
        }
    }

    /** Waits a moment. Throws what a task failed with. */
    private static boolean isDone(CompletableFuture<Void> all) throws Exception {
        try {
            all.get(20, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private void connect(int lifetime) {
        try {
            TestWorker worker =
                    TestWorker.to(frontDoor.url()).timeout(Duration.ofMinutes(1)).connect();
            workers.add(new LedgerWorker("worker-" + workers.size(), worker, start, lifetime));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(int task) {
        return ("task " + task).getBytes(UTF_8);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, "this takes too long");
            Thread.onSpinWait();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Record {

        @Bean
        DeathRecord deathRecord(Workers workers) {
            return new DeathRecord(workers);
        }
    }
}
