package dev.frontdoor.invocation.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** When an executor is woken that was given tasks while it slept. */
class WakeUpsTests {

    private final Sleeper sleeper = new Sleeper();

    @Test
    void otherThreadsWakeAtOnce() {
        assertThat(WakeUps.areLate()).isFalse();
        sleeper.add();

        assertThat(sleeper.asleep).hasValue(0);
    }

    @Test
    void aThreadWithoutAnotherThatStandsByWakesAtOnce() throws InterruptedException {
        PlatformThreads one = new PlatformThreads("one", 1);
        AtomicInteger leftAsleep = new AtomicInteger();
        CountDownLatch ran = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            one.execute(() -> {
                sleeper.add();
                leftAsleep.addAndGet(sleeper.asleep.get());
                ran.countDown();
            });
        }

        assertThat(ran.await(TestTime.MAX_WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(leftAsleep).hasValue(0);
    }

    @Test
    void nothingIsLeftAsleepByATaskThatBlocks() throws InterruptedException {
        PlatformThreads two = new PlatformThreads("two", 2);
        for (int round = 0; round < 300; round++) {
            CountDownLatch woken = new CountDownLatch(1);
            CountDownLatch blocks = new CountDownLatch(1);
            for (int i = 0; i < 20; i++) {
                two.execute(sleeper::add);
            }
            two.execute(() -> {
                blocks.countDown();
                awaitLatch(woken);
            });

            awaitLatch(blocks);
            await().atMost(TestTime.MAX_WAIT)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .untilAsserted(() -> assertThat(sleeper.asleep).hasValue(0));
            woken.countDown();
        }
    }

    @Test
    void nothingIsLeftAsleepOnceAllTasksHaveRun() {
        PlatformThreads two = new PlatformThreads("two", 2);
        int tasks = 20_000;
        for (int i = 0; i < tasks; i++) {
            two.execute(sleeper::add);
        }

        await().atMost(TestTime.MAX_WAIT)
                .untilAsserted(() -> assertThat(sleeper.added).hasValue(tasks));
        await().atMost(TestTime.MAX_WAIT)
                .untilAsserted(() -> assertThat(sleeper.asleep).hasValue(0));
    }

    @Test
    void aThreadWakesOnceForSeveralTasksBeforeItRests() {
        CountDownLatch begin = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger started = new AtomicInteger();
        PlatformThreads two =
                new PlatformThreads(
                        task ->
                                Thread.ofPlatform()
                                        .daemon()
                                        .unstarted(
                                                started.incrementAndGet() == 1
                                                        ? task
                                                        // The one that stands by has yet to look.
                                                        : () -> awaitLatch(end)),
                        2,
                        Duration.ofSeconds(10));
        two.execute(() -> awaitLatch(begin));
        for (int i = 0; i < 10; i++) {
            two.execute(sleeper::add);
        }
        assertThat(started).hasValue(2);
        begin.countDown();

        await().atMost(TestTime.MAX_WAIT)
                .untilAsserted(() -> assertThat(sleeper.added).hasValue(10));
        await().atMost(TestTime.MAX_WAIT)
                .untilAsserted(() -> assertThat(sleeper.asleep).hasValue(0));
        assertThat(sleeper.wakeUps).hasValue(1);
        end.countDown();
    }

    @Test
    void atMostSixteenTasksWaitForAWakeUp() {
        WakeUps wakeUps = new WakeUps();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 15; i++) {
                assertThat(wakeUps.add(sleeper)).isTrue();
            }
            assertThat(wakeUps.add(sleeper)).isFalse();
        }
        assertThat(wakeUps.take()).isEmpty();
    }

    @Test
    void eachExecutorIsTakenOnce() {
        WakeUps wakeUps = new WakeUps();
        Executor other = task -> {};
        assertThat(wakeUps.add(sleeper)).isTrue();
        assertThat(wakeUps.add(other)).isTrue();
        assertThat(wakeUps.add(sleeper)).isTrue();

        assertThat(wakeUps.take()).containsExactly(sleeper, other);
        assertThat(wakeUps.take()).isEmpty();
    }

    @Test
    void anExecutorThatHasEndedIsLeftAlone() {
        WakeUps.wake(task -> {
            throw new RejectedExecutionException("ended");
        });

        assertThat(sleeper.wakeUps).hasValue(0);
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(TestTime.MAX_WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Counts the tasks that were added since it was woken last. */
    private static final class Sleeper implements Executor {

        private final AtomicInteger added = new AtomicInteger();
        private final AtomicInteger asleep = new AtomicInteger();
        private final AtomicInteger wakeUps = new AtomicInteger();

        void add() {
            asleep.incrementAndGet();
            added.incrementAndGet();
            WakeUps.wakeSoon(this);
        }

        @Override
        public void execute(Runnable wakeUp) {
            wakeUps.incrementAndGet();
            asleep.set(0);
        }
    }
}
