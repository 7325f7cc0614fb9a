package dev.frontdoor.connection.drain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

class CloseScheduleTests {

    private static final Duration WINDOW = Duration.ofSeconds(20);

    private final RandomGenerator random = new Random(7);

    @Test
    void eachSliceOfTheWindowHasOneMoment() {
        long slice = WINDOW.toNanos() / 50;
        long[] moments = CloseSchedule.moments(50, WINDOW, 0, random);
        for (int i = 0; i < 50; i++) {
            assertThat(moments[i]).isBetween(i * slice, (i + 1) * slice - 1);
        }
    }

    @Test
    void momentsAreRandomWithinTheirSlices() {
        long slice = WINDOW.toNanos() / 50;
        assertThat(
                        Arrays.stream(CloseSchedule.moments(50, WINDOW, 0, random))
                                .map(moment -> moment % slice)
                                .distinct()
                                .count())
                .isGreaterThan(40);
    }

    @Test
    void rateTakesPrecedenceOverTheWindow() {
        long[] moments = CloseSchedule.moments(100, Duration.ofSeconds(1), 20, random);
        assertThat(moments).isSorted();
        assertThat(gaps(moments)).allMatch(gap -> gap >= TimeUnit.SECONDS.toNanos(1) / 20);
    }

    @Test
    void rateThatTheWindowKeepsChangesNothing() {
        long[] moments = CloseSchedule.moments(10, WINDOW, 1_000_000, random);
        assertThat(moments[9]).isBetween(WINDOW.toNanos() * 9 / 10, WINDOW.toNanos());
    }

    @Test
    void withoutAWindowAllAreDueAtOnce() {
        assertThat(CloseSchedule.moments(3, Duration.ZERO, 0, random)).containsOnly(0);
        assertThat(CloseSchedule.moments(0, WINDOW, 0, random)).isEmpty();
    }

    private static LongStream gaps(long[] moments) {
        return LongStream.range(1, moments.length)
                .map(i -> moments[(int) i] - moments[(int) i - 1]);
    }
}
