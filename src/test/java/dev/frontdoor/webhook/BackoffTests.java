package dev.frontdoor.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.Random;
import java.util.stream.LongStream;

class BackoffTests {

    private final Backoff backoff =
            new Backoff(Duration.ofMillis(500), Duration.ofMinutes(1), new Random(7));

    @ParameterizedTest
    @CsvSource({"1,500", "2,1000", "3,2000", "7,32000", "8,60000", "31,60000", "1000000,60000"})
    void pausesSpreadOverALengthThatDoublesUpToItsBound(int attempts, long longest) {
        LongSummaryStatistics pauses =
                LongStream.generate(() -> backoff.apply(attempts).toMillis())
                        .limit(10_000)
                        .summaryStatistics();

        assertThat(pauses.getMin()).isBetween(1L, longest / 20);
        assertThat(pauses.getMax()).isBetween(longest - longest / 20, longest);
        assertThat(pauses.getAverage()).isBetween(longest * 0.45, longest * 0.55);
    }

    @Test
    void theShortestPauseIsAMillisecond() {
        Backoff shortest = new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), new Random(7));

        assertThat(shortest.apply(5)).isEqualTo(Duration.ofMillis(1));
    }
}
