package dev.frontdoor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.URI;
import java.time.Duration;

class PauseTests {

    private static WorkerBuilder options(Duration initial, Duration max) {
        URI url = URI.create("ws://localhost:8080/liminal");
        return Worker.builder(url, Registration.of("w"), Push::payload).backoff(initial, max);
    }

    @Test
    void limitDoublesUpToTheMaximum() {
        WorkerBuilder options = options(Duration.ofMillis(10), Duration.ofMillis(70));
        long[] limits = {10, 20, 40, 70, 70};
        for (int attempts = 0; attempts < limits.length; attempts++) {
            assertThat(options.pause(attempts))
                    .isBetween(Duration.ZERO, Duration.ofMillis(limits[attempts]));
        }
    }

    @Test
    void pausesFillTheirRange() {
        WorkerBuilder options = options(Duration.ofMillis(1000), Duration.ofMillis(1000));
        int low = 0;
        int high = 0;
        for (int i = 0; i < 200; i++) {
            long pause = options.pause(i).toMillis();
            low += pause < 250 ? 1 : 0;
            high += pause > 750 ? 1 : 0;
        }
        assertThat(low).isGreaterThan(10);
        assertThat(high).isGreaterThan(10);
    }

    @Test
    void manyAttemptsDoNotOverflow() {
        Duration longest = Duration.ofDays(1);
        WorkerBuilder options = options(longest, longest);
        for (int attempts = 0; attempts < 200; attempts++) {
            assertThat(options.pause(attempts)).isBetween(Duration.ZERO, longest);
        }
    }
}
