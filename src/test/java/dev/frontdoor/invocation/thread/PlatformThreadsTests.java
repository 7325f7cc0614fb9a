package dev.frontdoor.invocation.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** How many threads there are, when they start and end, and who waits for them. */
class PlatformThreadsTests {

    private final PlatformThreads threads = new PlatformThreads("test", 2);
    private final CountDownLatch open = new CountDownLatch(1);
    private final Queue<String> ran = new ConcurrentLinkedQueue<>();

    @AfterEach
    void open() {
        open.countDown();
    }

    @Test
    void threadsAreStartedOnDemandUpToTheMaximum() {
        assertThat(threads.size()).isZero();
        for (int i = 0; i < 5; i++) {
            threads.execute(this::block);
        }

        await().atMost(TestTime.MAX_WAIT)
                .untilAsserted(() -> assertThat(threads.waiting()).isEqualTo(3));
        assertThat(threads.size()).isEqualTo(2);
        assertThat(threads.busy()).isEqualTo(2);
        open.countDown();
        await().atMost(TestTime.MAX_WAIT).untilAsserted(() -> assertThat(ran).hasSize(5));
        assertThat(ran).containsOnly("test-1", "test-2");
    }

    @Test
    void idleThreadIsUsedBeforeAnotherIsStarted() {
        for (int i = 0; i < 100; i++) {
            int soFar = i;
            threads.execute(() -> ran.add(Thread.currentThread().getName()));
            await().atMost(TestTime.MAX_WAIT)
                    .pollDelay(Duration.ZERO)
                    .until(() -> ran.size() > soFar && threads.busy() == 0);
        }

        assertThat(threads.size()).isEqualTo(1);
        assertThat(ran).containsOnly("test-1");
    }

    @Test
    void idleThreadsEnd() {
        PlatformThreads shortLived = new PlatformThreads("short", 2, Duration.ofMillis(1));
        shortLived.execute(() -> ran.add("one"));

        await().atMost(TestTime.MAX_WAIT).until(() -> shortLived.size() == 0);

        shortLived.execute(() -> ran.add("two"));
        await().atMost(TestTime.MAX_WAIT)
                .untilAsserted(() -> assertThat(ran).containsExactly("one", "two"));
    }

    @Test
    void everyTaskRunsOnceEvenIfThreadsEndMeanwhile() {
        PlatformThreads shortLived = new PlatformThreads("short", 1, Duration.ofNanos(1));
        int tasks = 20_000;
        for (int i = 0; i < tasks; i++) {
            shortLived.execute(() -> ran.add("ran"));
        }

        await().atMost(TestTime.MAX_WAIT).untilAsserted(() -> assertThat(ran).hasSize(tasks));
        await().atMost(TestTime.MAX_WAIT).until(() -> shortLived.size() == 0);
    }

    @Test
    void tasksWaitInOrder() {
        PlatformThreads one = new PlatformThreads("one", 1);
        one.execute(this::block);
        for (String name : List.of("a", "b", "c")) {
            one.execute(() -> ran.add(name));
        }
        open.countDown();

        await().atMost(TestTime.MAX_WAIT)
                .untilAsserted(() -> assertThat(ran).containsExactly("one-1", "a", "b", "c"));
    }

    @Test
    void waitingTaskCanBeRemovedAndARunningOneCannot() {
        PlatformThreads one = new PlatformThreads("one", 1);
        Runnable running = this::block;
        Runnable waiting = () -> ran.add("waiting");
        one.execute(running);
        one.execute(waiting);
        await().atMost(TestTime.MAX_WAIT).until(() -> one.waiting() == 1);

        assertThat(one.remove(running)).isFalse();
        assertThat(one.remove(waiting)).isTrue();
        assertThat(one.remove(waiting)).isFalse();
        open.countDown();
        await().atMost(TestTime.MAX_WAIT).until(() -> one.busy() == 0);
        assertThat(ran).containsExactly("one-1");
    }

    @Test
    void taskThatThrowsEndsNoThread() {
        PlatformThreads one = new PlatformThreads("one", 1);
        one.execute(() -> {
            throw new NoClassDefFoundError("scripted");
        });
        one.execute(() -> ran.add(Thread.currentThread().getName()));

        await().atMost(TestTime.MAX_WAIT)
                .untilAsserted(() -> assertThat(ran).containsExactly("one-1"));
    }

    @Test
    void taskLeavesNeitherLogContextNorInterruptToTheNext() {
        PlatformThreads one = new PlatformThreads("one", 1);
        one.execute(() -> {
            MDC.put("left", "behind");
            Thread.currentThread().interrupt();
        });
        CompletableFuture<String> left = new CompletableFuture<>();
        await().atMost(TestTime.MAX_WAIT).until(() -> one.busy() == 0);
        one.execute(() -> left.complete(MDC.get("left") + Thread.currentThread().isInterrupted()));

        assertThat(left).succeedsWithin(TestTime.MAX_WAIT).isEqualTo("nullfalse");
    }

    @Test
    void tasksThatBlockHoldUpNoOther() throws InterruptedException {
        PlatformThreads many = new PlatformThreads("many", 20);
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 100; i++) {
                many.execute(() -> ran.add("short"));
            }
            await().atMost(TestTime.MAX_WAIT).until(() -> many.busy() == 0);

            CountDownLatch allRun = new CountDownLatch(20);
            CountDownLatch end = new CountDownLatch(1);
            for (int i = 0; i < 20; i++) {
                many.execute(() -> {
                    allRun.countDown();
                    awaitOpen(end);
                });
            }

            assertThat(allRun.await(TestTime.MAX_WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            end.countDown();
            await().atMost(TestTime.MAX_WAIT).until(() -> many.busy() == 0);
        }
    }

    @Test
    void shortTasksRunAlthoughTheOthersNeverEnd() {
        PlatformThreads three = new PlatformThreads("three", 3);
        three.execute(this::block);
        three.execute(this::block);
        for (int i = 0; i < 1_000; i++) {
            three.execute(() -> ran.add("short"));
        }

        await().atMost(TestTime.MAX_WAIT).untilAsserted(() -> assertThat(ran).hasSize(1_000));
        assertThat(three.busy()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void everyTaskRunsOnceWhateverItsDurationAndWhoeverAddsIt() {
        PlatformThreads some = new PlatformThreads("some", 4, Duration.ofNanos(1));
        Random random = new Random(7);
        List<Runnable> tasks = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            long pause = random.nextInt(10) == 0 ? random.nextInt(2_000_000) : 0;
            tasks.add(() -> {
                LockSupport.parkNanos(pause);
                ran.add("ran");
            });
        }
        for (int adder = 0; adder < 4; adder++) {
            List<Runnable> share = tasks.subList(adder * 1_000, (adder + 1) * 1_000);
            Thread.startVirtualThread(() -> share.forEach(some::execute));
        }

        await().atMost(TestTime.MAX_WAIT).untilAsserted(() -> assertThat(ran).hasSize(4_000));
        await().atMost(TestTime.MAX_WAIT).until(() -> some.size() == 0);
        assertThat(some.busy()).isZero();
    }

    @Test
    void taskIsRefusedIfNoThreadCanBeStarted() {
        AtomicBoolean exhausted = new AtomicBoolean(true);
        PlatformThreads scarce =
                new PlatformThreads(
                        task -> new ScarceThread(task, exhausted), 2, Duration.ofSeconds(10));
        Runnable task = () -> ran.add("ran");

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> scarce.execute(task));
        assertThat(scarce.size()).isZero();
        assertThat(scarce.waiting()).isZero();

        exhausted.set(false);
        await().atMost(TestTime.MAX_WAIT)
                .ignoreExceptionsInstanceOf(RejectedExecutionException.class)
                .untilAsserted(() -> scarce.execute(task));
        await().atMost(TestTime.MAX_WAIT)
                .untilAsserted(() -> assertThat(ran).containsExactly("ran"));
    }

    @Test
    void taskWaitsForAnotherThreadIfItsOwnCannotBeStarted() {
        AtomicBoolean exhausted = new AtomicBoolean();
        PlatformThreads scarce =
                new PlatformThreads(
                        task -> new ScarceThread(task, exhausted), 2, Duration.ofSeconds(10));
        scarce.execute(this::block);
        await().atMost(TestTime.MAX_WAIT).until(() -> scarce.waiting() == 0);
        exhausted.set(true);

        scarce.execute(() -> ran.add("second"));
        assertThat(scarce.waiting()).isOne();
        open.countDown();

        await().atMost(TestTime.MAX_WAIT).untilAsserted(() -> assertThat(ran).hasSize(2));
        assertThat(scarce.size()).isOne();
    }

    private void block() {
        awaitOpen(open);
        ran.add(Thread.currentThread().getName());
    }

    private static void awaitOpen(CountDownLatch latch) {
        try {
            assertThat(latch.await(TestTime.MAX_WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A thread that cannot be started while the system is exhausted. */
    private static final class ScarceThread extends Thread {

        private final AtomicBoolean exhausted;

        ScarceThread(Runnable task, AtomicBoolean exhausted) {
            super(task);
            this.exhausted = exhausted;
            setDaemon(true);
        }

        @Override
        public synchronized void start() {
            if (exhausted.get()) {
                throw new OutOfMemoryError("scripted");
            }
            super.start();
        }
    }
}
