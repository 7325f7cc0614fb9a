package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConnectionLimitTests {

    private static final long GIB = 1L << 30;

    @Test
    void limitThatIsNotSetIsWorthHalfTheHeap() {
        assertThat(ConnectionLimit.of(0, GIB).max()).isEqualTo(32_768);
    }

    @Test
    void limitThatIsSetDoesNotDependOnTheHeap() {
        assertThat(ConnectionLimit.of(7, GIB).max()).isEqualTo(7);
        assertThat(ConnectionLimit.of(100_000, GIB).max()).isEqualTo(100_000);
    }

    @Test
    void derivedLimitIsWithinRange() {
        assertThat(ConnectionLimit.of(0, 1).max()).isOne();
        assertThat(ConnectionLimit.of(0, Long.MAX_VALUE).max()).isEqualTo(Integer.MAX_VALUE);
    }
}
