package dev.frontdoor.test.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeakGuardTests {

    @BeforeEach
    void watch() throws Exception {
        LeakGuard.watch();
        LeakGuard.leaks();
    }

    @Test
    void bufferThatNobodyReleasesIsReportedOnce() throws Exception {
        lose();

        assertThat(LeakGuard.leaks()).singleElement().asString().contains("LEAK", "lose");
        assertThat(LeakGuard.leaks()).isEmpty();
    }

    @Test
    void releasedBufferIsNot() throws Exception {
        PooledByteBufAllocator.DEFAULT.buffer(16).release();

        assertThat(LeakGuard.leaks()).isEmpty();
    }

    private static void lose() {
        ByteBuf lost = PooledByteBufAllocator.DEFAULT.heapBuffer(16);
        lost.writeInt(1);
    }
}
