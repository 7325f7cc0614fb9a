package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** How long the answers to rejected registrations wait. */
class RejectionPaceTests {

    private final RejectionPace pace = new RejectionPace();
    private long now = -5;

    @Test
    void eachAnswerWaitsLongerFromTheTenthOnUpToTheLongest() {
        List<Long> delays = rejectAtOnce(40);
        assertThat(delays.subList(0, 9)).containsOnly(0L);
        assertThat(delays.subList(9, 29))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 20).mapToObj(i -> i * 100).toList());
        assertThat(delays.subList(29, 40)).containsOnly(2000L);
    }

    @Test
    void nineRejectionsASecondAreNotSlowed() {
        for (int second = 0; second < 10; second++) {
            assertThat(rejectAtOnce(9)).containsOnly(0L);
            now += Duration.ofSeconds(1).toNanos();
        }
    }

    @Test
    void workerThatStaysBelowTheRateAgainIsAnsweredAtOnce() {
        assertThat(rejectAtOnce(100)).endsWith(2000L);
        now += Duration.ofSeconds(1).toNanos();
        assertThat(rejectAtOnce(10)).endsWith(0L, 100L);
    }

    @Test
    void timeThatAnswersWaitIsNotTheWorkers() {
        assertThat(rejectAtOnce(10)).endsWith(100L);
        now += Duration.ofMillis(900).toNanos();
        assertThat(rejectAtOnce(1)).containsExactly(200L);
    }

    /** Rejects registrations of a worker that sends the next as soon as it has its answer. */
    private List<Long> rejectAtOnce(int count) {
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long delay = pace.nextDelay(now);
            now += delay;
            millis.add(Duration.ofNanos(delay).toMillis());
        }
        return millis;
    }
}
