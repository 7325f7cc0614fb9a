package dev.frontdoor.invocation.thread;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.stream.IntStream;

class TaskDurationsTests {

    private static final long SHORT = 10_000;
    private static final long LONG = Duration.ofMillis(5).toNanos();

    private final TaskDurations durations = new TaskDurations();

    @Test
    void fewLongTasksAmongShortOnesDoNotCount() {
        for (int i = 0; i < 100; i++) {
            durations.add(i % 3 == 0 ? LONG : SHORT);
            assertThat(durations.areShort()).isTrue();
        }
    }

    @Test
    void tasksAreLongOnceMostOfThemAre() {
        IntStream.range(0, 20).forEach(_ -> durations.add(LONG));
        assertThat(durations.areShort()).isFalse();

        durations.add(SHORT);
        assertThat(durations.areShort()).isTrue();
    }

    @Test
    void aTaskIsShortBelowATenthOfAMillisecond() {
        durations.expectLong();

        durations.add(100_000);
        assertThat(durations.areShort()).isFalse();

        durations.add(99_999);
        assertThat(durations.areShort()).isTrue();
    }

    @Test
    void longTasksAreExpectedUntilAShortOneHasEnded() {
        durations.expectLong();
        assertThat(durations.areShort()).isFalse();

        durations.add(SHORT);
        assertThat(durations.areShort()).isTrue();
    }
}
