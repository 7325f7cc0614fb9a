package dev.frontdoor.invocation.thread;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

class TimeoutsTests {

    @AutoClose private final Timeouts timeouts = Timeouts.onOwnThread();

    @Test
    void anActionThatFailsAffectsNoOther() {
        CompletableFuture<Boolean> ran = new CompletableFuture<>();

        Future<?> _ =
                timeouts.after(
                        Duration.ZERO,
                        () -> {
                            throw new IllegalStateException("scripted");
                        });
        Future<?> _ = timeouts.after(Duration.ZERO, () -> ran.complete(true));

        assertThat(ran).succeedsWithin(TestTime.MAX_WAIT);
    }

    @Test
    void onceClosedNoTimeoutExpires() {
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        timeouts.close();

        Future<?> timeout = timeouts.after(Duration.ZERO, () -> ran.complete(true));

        assertThat(timeout.isDone()).isFalse();
        assertThat(ran).isNotDone();
    }

    @Test
    void theLongestDelaysAreDelays() {
        Future<?> timeout = timeouts.after(Duration.ofSeconds(Long.MAX_VALUE), () -> {});

        assertThat(timeout.isDone()).isFalse();
    }
}
