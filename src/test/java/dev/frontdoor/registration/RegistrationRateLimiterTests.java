package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.thread.TestTime;
import dev.frontdoor.registration.RegistrationRateLimiter.Turn;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** When registrations are let through, and the answer to those beyond the queue. */
class RegistrationRateLimiterTests {

    private static final long TENTH = 100;
    private static final long NONE = -1;
    private static final Duration FOREVER = Duration.ofDays(100_000);

    private final TestTime time = new TestTime();

    @Test
    void turnsAreSpreadEvenly() {
        assertThat(turns(limiter(10, 100), 4)).containsExactly(0L, TENTH, 2 * TENTH, 3 * TENTH);
    }

    @Test
    void registrationsBeyondTheQueueGetNoTurnAndTakeNone() {
        RegistrationRateLimiter limiter = limiter(10, 2);
        assertThat(turns(limiter, 6)).containsExactly(0L, TENTH, 2 * TENTH, NONE, NONE, NONE);
        time.advance(Duration.ofMillis(TENTH));
        assertThat(turns(limiter, 2)).containsExactly(2 * TENTH, NONE);
    }

    @Test
    void withoutAQueueThereIsATurnNowOrNone() {
        RegistrationRateLimiter limiter = limiter(10, 0);
        assertThat(turns(limiter, 2)).containsExactly(0L, NONE);
        time.advance(Duration.ofMillis(TENTH));
        assertThat(turns(limiter, 2)).containsExactly(0L, NONE);
    }

    @Test
    void unusedTurnsAreNotSavedUp() {
        RegistrationRateLimiter limiter = limiter(10, 100);
        time.advance(Duration.ofHours(1));
        assertThat(turns(limiter, 3)).containsExactly(0L, TENTH, 2 * TENTH);
    }

    @Test
    void withoutALimitNobodyWaits() {
        assertThat(turns(limiter(0, 0), 1_000)).containsOnly(0L);
    }

    @Test
    void largestQueueAtTheLowestRateDoesNotOverflow() {
        assertThat(turns(limiter(1, Integer.MAX_VALUE), 2)).containsExactly(0L, 10 * TENTH);
    }

    @Test
    void turnThatComesTooLateIsRefused() {
        RegistrationRateLimiter limiter = limiter(10, 100);
        Duration wait = Duration.ofMillis(TENTH);
        assertThat(limiter.takeTurn(wait)).isInstanceOf(Turn.Granted.class);
        assertThat(limiter.takeTurn(wait)).isInstanceOf(Turn.Granted.class);
        assertThat(limiter.takeTurn(wait)).isInstanceOf(Turn.Refused.class);
    }

    @Test
    void turnThatIsGivenBackGoesToTheNextRegistration() {
        RegistrationRateLimiter limiter = limiter(10, 100);
        List<Turn.Granted> turns = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            turns.add((Turn.Granted) limiter.takeTurn(FOREVER));
        }
        limiter.giveBack(turns.get(3));
        limiter.giveBack(turns.get(1));
        limiter.giveBack(turns.get(2));
        time.advance(Duration.ofMillis(TENTH).plusNanos(1));

        assertThat(turns(limiter, 3))
                .as("the turn after 100 ms has passed")
                .containsExactly(99L, 199L, 399L);
    }

    @Test
    void refusedWorkersAreSpreadOverTimeAtTheSameRate() {
        RegistrationRateLimiter limiter = limiter(10, 20);
        List<Duration> retries = new ArrayList<>();
        for (int i = 0; i < 121; i++) {
            if (limiter.takeTurn(FOREVER) instanceof Turn.Refused refused) {
                retries.add(refused.retryAfter());
            }
        }
        assertThat(retries)
                .hasSize(100)
                .startsWith(Duration.ofMillis(2_100), Duration.ofMillis(2_200))
                .endsWith(Duration.ofSeconds(12));
    }

    @Test
    void noWorkerIsAskedToWaitForLongerThanTheMaximum() {
        RegistrationRateLimiter limiter = limiter(1, 0);
        for (int i = 0; i < 10_000; i++) {
            if (limiter.takeTurn(FOREVER) instanceof Turn.Refused refused) {
                assertThat(refused.retryAfter())
                        .isBetween(Duration.ofSeconds(1), RegistrationRateLimiter.MAX_RETRY);
            }
        }
    }

    /** Each worker waits as long as its reason says, in whole seconds, plus a random second. */
    @Test
    void stormThatFollowsTheHintsIsOverWithNobodyRefusedMoreThanTwice() {
        SplittableRandom random = new SplittableRandom(11);
        RegistrationRateLimiter limiter = limiter(200, 10_000);
        TreeMap<Long, List<Integer>> arrivals = new TreeMap<>();
        for (int worker = 0; worker < 8_000; worker++) {
            arrivals.computeIfAbsent(0L, _ -> new ArrayList<>()).add(worker);
        }
        Map<Integer, Integer> refusals = new HashMap<>();
        int registered = 0;
        long millis = 0;
        while (!arrivals.isEmpty()) {
            Map.Entry<Long, List<Integer>> next = arrivals.pollFirstEntry();
            time.advance(Duration.ofMillis(next.getKey() - millis));
            millis = next.getKey();
            for (int worker : next.getValue()) {
                if (limiter.takeTurn(Duration.ofSeconds(2)) instanceof Turn.Refused refused) {
                    refusals.merge(worker, 1, Integer::sum);
                    long hint = (refused.retryAfter().toMillis() + 999) / 1_000;
                    long retry = millis + hint * 1_000 + random.nextInt(1_000);
                    arrivals.computeIfAbsent(retry, _ -> new ArrayList<>()).add(worker);
                } else {
                    registered++;
                }
            }
        }
        assertThat(registered).isEqualTo(8_000);
        assertThat(refusals.values()).allMatch(count -> count <= 2);
        assertThat(millis).isLessThan(TimeUnit.SECONDS.toMillis(60));
    }

    private RegistrationRateLimiter limiter(int perSecond, int queue) {
        return new RegistrationRateLimiter(perSecond, queue, time);
    }

    /** The waits in milliseconds. */
    private static List<Long> turns(RegistrationRateLimiter limiter, int count) {
        List<Long> turns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            turns.add(
                    switch (limiter.takeTurn(FOREVER)) {
                        case Turn.Granted granted -> granted.delay().toMillis();
                        case Turn.Refused _ -> NONE;
                    });
        }
        return turns;
    }
}
