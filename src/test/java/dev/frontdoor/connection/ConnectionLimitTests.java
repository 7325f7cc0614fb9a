package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConnectionLimitTests {

    private static final long GIB = 1L << 30;
    private static final long MANY_FILES = 1L << 40;

    @Test
    void limitThatIsNotSetIsWorthHalfTheHeap() {
        assertThat(ConnectionLimit.of(0, GIB, MANY_FILES).max()).isEqualTo(32_768);
    }

    @Test
    void limitThatIsSetDoesNotDependOnTheHeap() {
        assertThat(ConnectionLimit.of(7, GIB, MANY_FILES).max()).isEqualTo(7);
        assertThat(ConnectionLimit.of(100_000, GIB, MANY_FILES).max()).isEqualTo(100_000);
    }

    @Test
    void openFilesBoundBothAndLeaveRoomForRefusals() {
        assertThat(ConnectionLimit.of(0, GIB, 1024).max()).isEqualTo(768);
        assertThat(ConnectionLimit.of(5000, GIB, 1024).max()).isEqualTo(768);
        assertThat(ConnectionLimit.of(100, GIB, 1024).max()).isEqualTo(100);
    }

    @Test
    void limitIsWithinRange() {
        assertThat(ConnectionLimit.of(0, 1, MANY_FILES).max()).isOne();
        assertThat(ConnectionLimit.of(0, GIB, 1).max()).isOne();
        assertThat(ConnectionLimit.of(0, Long.MAX_VALUE, Long.MAX_VALUE).max())
                .isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void tcpConnectionsMayExceedTheLimitByAReserve() {
        assertThat(ConnectionLimit.of(100, GIB, 1024).maxTcp()).isEqualTo(164);
        assertThat(ConnectionLimit.of(0, Long.MAX_VALUE, Long.MAX_VALUE).maxTcp())
                .isEqualTo(Integer.MAX_VALUE);
    }
}
