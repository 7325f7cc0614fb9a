package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

class RegistrationRateLimiterTests {

    private static final long TENTH = TimeUnit.MILLISECONDS.toNanos(100);

    private final AtomicLong now = new AtomicLong(-5);

    @Test
    void turnsAreSpreadEvenly() {
        RegistrationRateLimiter pace = pace(10, 100);
        assertThat(turns(pace, 4)).containsExactly(0L, TENTH, 2 * TENTH, 3 * TENTH);
    }

    @Test
    void thoseBeyondTheQueueGetNoTurnAndTakeNoOneElses() {
        RegistrationRateLimiter pace = pace(10, 2);
        assertThat(turns(pace, 6)).containsExactly(0L, TENTH, 2 * TENTH, -1L, -1L, -1L);
        now.addAndGet(TENTH);
        assertThat(turns(pace, 2)).containsExactly(2 * TENTH, -1L);
    }

    @Test
    void withoutAQueueOneHasItsTurnOrNot() {
        RegistrationRateLimiter pace = pace(10, 0);
        assertThat(turns(pace, 2)).containsExactly(0L, -1L);
        now.addAndGet(TENTH);
        assertThat(turns(pace, 2)).containsExactly(0L, -1L);
    }

    @Test
    void quietTimesAreNotSavedUp() {
        RegistrationRateLimiter pace = pace(10, 100);
        now.addAndGet(TimeUnit.HOURS.toNanos(1));
        assertThat(turns(pace, 3)).containsExactly(0L, TENTH, 2 * TENTH);
    }

    @Test
    void clockMayPassItsLargestValue() {
        now.set(Long.MAX_VALUE - TENTH / 2);
        RegistrationRateLimiter pace = pace(10, 100);
        assertThat(turns(pace, 2)).containsExactly(0L, TENTH);
        now.addAndGet(TENTH);
        assertThat(turns(pace, 2)).containsExactly(TENTH, 2 * TENTH);
    }

    @Test
    void withoutAPaceNobodyWaits() {
        RegistrationRateLimiter pace = pace(0, 0);
        assertThat(IntStream.range(0, 1_000)).allMatch(_ -> pace.awaitTurn());
    }

    @Test
    void largestQueueAtTheLowestPaceIsReckonedRightly() {
        RegistrationRateLimiter pace = pace(1, Integer.MAX_VALUE);
        assertThat(turns(pace, 2)).containsExactly(0L, TimeUnit.SECONDS.toNanos(1));
    }

    private RegistrationRateLimiter pace(int perSecond, int queue) {
        return new RegistrationRateLimiter(perSecond, queue, now::get);
    }

    private static List<Long> turns(RegistrationRateLimiter pace, int count) {
        List<Long> turns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            turns.add(pace.takeTurn());
        }
        return turns;
    }
}
