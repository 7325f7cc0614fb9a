package dev.frontdoor.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.frontdoor.invocation.thread.TestTime;
import dev.frontdoor.notifier.Principal;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class RegistrationsPerPrincipalTests {

    private final TestTime time = new TestTime();
    private final RegistrationsPerPrincipal limit = new RegistrationsPerPrincipal(3, time);

    @Test
    void thoseOfOneSecondMayComeAtOnceAndFurtherOnesLater() {
        Principal alice = new Principal("alice");
        for (int i = 0; i < 4; i++) {
            assertThat(limit.retryAfter(alice)).as("%s", i).isNull();
        }
        assertThat(limit.retryAfter(alice)).isPositive();

        time.advance(Duration.ofSeconds(1));
        assertThat(limit.retryAfter(alice)).isNull();
    }

    @Test
    void othersAreNotConcerned() {
        while (limit.retryAfter(new Principal("alice")) == null) {}

        assertThat(limit.retryAfter(new Principal("bob"))).isNull();
        assertThat(limit.retryAfter(null)).isNull();
    }

    @Test
    void retriesAreSpread() {
        Principal alice = new Principal("alice");
        while (limit.retryAfter(alice) == null) {}

        Duration first = limit.retryAfter(alice);
        assertThat(limit.retryAfter(alice)).isGreaterThan(first);
    }

    @Test
    void principalsOfLongAgoAreForgotten() {
        for (int i = 0; i < 100_000; i++) {
            assertThat(limit.retryAfter(new Principal("worker-" + i))).isNull();
            time.advance(Duration.ofMillis(1));
        }

        assertThat(limit.size()).isLessThan(3000);
    }

    @Test
    void withoutALimitNothingIsCounted() {
        RegistrationsPerPrincipal none = new RegistrationsPerPrincipal(0, time);
        for (int i = 0; i < 1000; i++) {
            assertThat(none.retryAfter(new Principal("alice"))).isNull();
        }
        assertThat(none.size()).isZero();
    }
}
