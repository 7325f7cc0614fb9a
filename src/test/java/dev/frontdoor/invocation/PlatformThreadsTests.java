package dev.frontdoor.invocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How many threads there are, when they start and end, and who waits for them. */
class PlatformThreadsTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

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

        assertThat(threads.size()).isEqualTo(2);
        assertThat(threads.busy()).isEqualTo(2);
        assertThat(threads.waiting()).isEqualTo(3);
        open.countDown();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ran).hasSize(5));
        assertThat(ran).containsOnly("test-1", "test-2");
    }

    @Test
    void idleThreadIsUsedBeforeAnotherIsStarted() {
        for (int i = 0; i < 100; i++) {
            int soFar = i;
            threads.execute(() -> ran.add(Thread.currentThread().getName()));
            await().atMost(PATIENCE)
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

        await().atMost(PATIENCE).until(() -> shortLived.size() == 0);

        shortLived.execute(() -> ran.add("two"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ran).containsExactly("one", "two"));
    }

    @Test
    void everyTaskRunsOnceEvenIfThreadsEndMeanwhile() {
        PlatformThreads shortLived = new PlatformThreads("short", 1, Duration.ofNanos(1));
        int tasks = 20_000;
        for (int i = 0; i < tasks; i++) {
            shortLived.execute(() -> ran.add("ran"));
        }

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ran).hasSize(tasks));
        await().atMost(PATIENCE).until(() -> shortLived.size() == 0);
    }

    @Test
    void tasksWaitInOrder() {
        PlatformThreads one = new PlatformThreads("one", 1);
        one.execute(this::block);
        for (String name : List.of("a", "b", "c")) {
            one.execute(() -> ran.add(name));
        }
        open.countDown();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ran).containsExactly("one-1", "a", "b", "c"));
    }

    @Test
    void waitingTaskCanBeRemovedAndARunningOneCannot() {
        PlatformThreads one = new PlatformThreads("one", 1);
        Runnable running = this::block;
        Runnable waiting = () -> ran.add("waiting");
        one.execute(running);
        one.execute(waiting);

        assertThat(one.remove(running)).isFalse();
        assertThat(one.remove(waiting)).isTrue();
        assertThat(one.remove(waiting)).isFalse();
        open.countDown();
        await().atMost(PATIENCE).until(() -> one.busy() == 0);
        assertThat(ran).containsExactly("one-1");
    }

    @Test
    void taskThatThrowsEndsNoThread() {
        PlatformThreads one = new PlatformThreads("one", 1);
        one.execute(() -> {
            throw new NoClassDefFoundError("scripted");
        });
        one.execute(() -> ran.add(Thread.currentThread().getName()));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ran).containsExactly("one-1"));
    }

    @Test
    void taskLeavesNeitherLogContextNorInterruptToTheNext() {
        PlatformThreads one = new PlatformThreads("one", 1);
        one.execute(() -> {
            MDC.put("left", "behind");
            Thread.currentThread().interrupt();
        });
        CompletableFuture<String> left = new CompletableFuture<>();
        await().atMost(PATIENCE).until(() -> one.busy() == 0);
        one.execute(() -> left.complete(MDC.get("left") + Thread.currentThread().isInterrupted()));

        assertThat(left).succeedsWithin(PATIENCE).isEqualTo("nullfalse");
    }

    private void block() {
        try {
            assertThat(open.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        ran.add(Thread.currentThread().getName());
    }
}
