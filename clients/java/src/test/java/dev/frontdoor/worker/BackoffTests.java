package dev.frontdoor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class BackoffTests {

    @Test
    void limitDoublesUpToTheMaximum() {
        Backoff backoff = new Backoff(Duration.ofMillis(10), Duration.ofMillis(70));
        for (long limit : new long[] {10, 20, 40, 70, 70}) {
            assertThat(backoff.next()).isBetween(Duration.ZERO, Duration.ofMillis(limit));
        }
    }

    @Test
    void pausesFillTheirRange() {
        Backoff backoff = new Backoff(Duration.ofMillis(1000), Duration.ofMillis(1000));
        int low = 0;
        int high = 0;
        for (int i = 0; i < 200; i++) {
            long pause = backoff.next().toMillis();
            low += pause < 250 ? 1 : 0;
            high += pause > 750 ? 1 : 0;
        }
        assertThat(low).isGreaterThan(10);
        assertThat(high).isGreaterThan(10);
    }

    @Test
    void manyAttemptsDoNotOverflow() {
        Backoff backoff = new Backoff(Duration.ofDays(1), Duration.ofDays(1));
        for (int i = 0; i < 200; i++) {
            assertThat(backoff.next()).isBetween(Duration.ZERO, Duration.ofDays(1));
        }
    }

    @Test
    void resetStartsAnew() {
        Backoff backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(100_000));
        for (int i = 0; i < 30; i++) {
            backoff.next();
        }
        backoff.reset();
        assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(1));
    }
}
