package dev.frontdoor.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Time limits of the directory. */
class DirectoryTimeoutsTests {

    @AutoClose private final DirectoryTimeouts timeouts = new DirectoryTimeouts();
    private final List<String> ran = new CopyOnWriteArrayList<>();
    private final CountDownLatch last = new CountDownLatch(1);

    @Test
    void aTimeLimitPassesBeforeALongerOneThatIsOlder() throws Exception {
        Future<?> longer = timeouts.after(Duration.ofDays(1), () -> ran.add("tomorrow"));
        Future<?> _ = timeouts.after(Duration.ofMillis(50), this::end);

        awaitEnd();

        assertThat(ran).containsExactly("last");
        assertThat(longer).isNotDone();
    }

    @Test
    void aCanceledTimeLimitDoesNotPass() throws Exception {
        Future<?> canceled = timeouts.after(Duration.ofMillis(200), () -> ran.add("canceled"));
        assumeTrue(canceled.cancel(false), "the machine was too slow");
        Future<?> _ = timeouts.after(Duration.ofMillis(400), this::end);

        awaitEnd();

        assertThat(ran).containsExactly("last");
    }

    @Test
    void anActionThatFailsOrWaitsDoesNotHoldUpOthers() throws Exception {
        Future<?> _ =
                timeouts.after(
                        Duration.ofMillis(1),
                        () -> {
                            throw new IllegalStateException("the first one");
                        });
        Future<?> _ =
                timeouts.after(
                        Duration.ofMillis(2),
                        () -> {
                            try {
                                last.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        Future<?> _ = timeouts.after(Duration.ofMillis(50), this::end);

        awaitEnd();

        assertThat(ran).containsExactly("last");
    }

    @Test
    void aTimeLimitThatIsLeftAtTheEndStillPasses() throws Exception {
        Future<?> _ = timeouts.after(Duration.ofMillis(300), this::end);

        timeouts.close();

        awaitEnd();
    }

    @Test
    void aTimeLimitPassesAtOnceAfterTheEnd() throws Exception {
        timeouts.close();

        Future<?> _ = timeouts.after(Duration.ofDays(1), this::end);

        awaitEnd();
    }

    @Test
    void aTimeLimitOfAnyLengthIsTaken() {
        Duration longest = Duration.ofSeconds(Long.MAX_VALUE);

        Future<?> eternal = timeouts.after(longest, () -> ran.add("never"));

        assertThat(eternal).isNotDone();
    }

    private void end() {
        ran.add("last");
        last.countDown();
    }

    private void awaitEnd() throws InterruptedException {
        assertThat(last.await(FleetUnderTest.MAX_WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
}
