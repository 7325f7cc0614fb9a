package dev.frontdoor.connection;

import static dev.frontdoor.test.server.ServerUnderTest.eventually;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.server.ManualTime;
import dev.frontdoor.test.server.ServerUnderTest;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** When a thread counts as stalled, and when it does not. */
class ThreadProgressTests {

    private final ManualTime time = new ManualTime();
    private final ThreadProgress progress = new ThreadProgress(time.executor(), time);
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    @Test
    void threadThatRunsItsTasksIsNotStalled() {
        progress.watch("loop", Runnable::run);

        time.advance(ThreadProgress.MAX_STALL.multipliedBy(2));

        assertThat(progress.stalled()).isEmpty();
    }

    @Test
    void threadIsStalledOnceItHasRunNothingForTheBoundAndRecovers() {
        progress.watch("stuck", tasks::add);
        progress.watch("loop", Runnable::run);

        time.advance(ThreadProgress.MAX_STALL);
        assertThat(progress.stalled()).isEmpty();

        time.advance(ThreadProgress.INTERVAL.multipliedBy(2));
        assertThat(progress.stalled()).containsExactly("stuck");
        assertThat(tasks).as("tasks that wait for a stuck thread").hasSize(1);

        tasks.remove().run();
        time.advance(ThreadProgress.INTERVAL.multipliedBy(2));
        assertThat(progress.stalled()).isEmpty();
    }

    @Test
    void exceptionEndsNoFurtherChecks() {
        progress.watch(
                "faulty",
                _ -> {
                    throw new IllegalStateException("scripted");
                });
        progress.watch("stuck", tasks::add);

        time.advance(ThreadProgress.MAX_STALL.multipliedBy(2));

        assertThat(progress.stalled()).contains("stuck");
    }

    @Test
    void pauseOfTheProcessDoesNotCount() {
        progress.watch("loop", tasks::add);
        time.advance(Duration.ofSeconds(1));

        time.pause(Duration.ofHours(1));
        assertThat(progress.stalled()).isEmpty();

        time.advance(ThreadProgress.MAX_STALL);
        assertThat(progress.stalled()).containsExactly("loop");
    }

    @Test
    void threadThatHasEndedOrIsNoLongerWatchedIsNotStalled() {
        ExecutorService ended = Executors.newSingleThreadExecutor();
        ended.shutdownNow();
        progress.watch("ended", ended);
        progress.watch("unwatched", tasks::add);
        progress.unwatch("unwatched");

        time.advance(ThreadProgress.MAX_STALL.multipliedBy(2));

        assertThat(progress.stalled()).isEmpty();
    }

    @Test
    void blockedThreadIsFoundAndRecovers() {
        CountDownLatch release = new CountDownLatch(1);
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            thread.execute(() -> ServerUnderTest.awaitLatch(release));
            progress.watch("blocked", thread);

            time.advance(ThreadProgress.MAX_STALL.plus(Duration.ofSeconds(1)));
            assertThat(progress.stalled()).containsExactly("blocked");

            release.countDown();
            eventually(() -> {
                time.advance(ThreadProgress.INTERVAL);
                assertThat(progress.stalled()).isEmpty();
            });
        } finally {
            release.countDown();
        }
    }
}
