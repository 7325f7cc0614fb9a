package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.test.server.ManualTime;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class RunningTimeTests {

    private final ManualTime clock = new ManualTime();
    private final RunningTime time = new RunningTime(clock);
    private final long start = time.now();

    @Test
    void timeThatIsLookedAtRegularlyCountsInFull() {
        for (int i = 0; i < 100; i++) {
            clock.pause(RunningTime.MAX_STEP);
            time.now();
        }
        assertThat(time.now() - start).isEqualTo(RunningTime.MAX_STEP.toNanos() * 100);
    }

    @Test
    void pauseCountsAsOneStep() {
        clock.pause(Duration.ofHours(1));
        assertThat(time.now() - start).isEqualTo(RunningTime.MAX_STEP.toNanos());
        assertThat(time.now() - start).isEqualTo(RunningTime.MAX_STEP.toNanos());
    }
}
