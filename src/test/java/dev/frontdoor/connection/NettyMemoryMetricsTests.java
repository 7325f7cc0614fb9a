package dev.frontdoor.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;

class NettyMemoryMetricsTests {

    private static final int SIZE = 32 << 20;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @ParameterizedTest
    @MethodSource("allocators")
    void memoryOfTheBuffersOfEveryAllocatorIsSeen(ByteBufAllocator allocator) {
        new NettyMemoryMetrics().bindTo(meters);
        double before = gauge("frontdoor.direct.memory.used");
        ByteBuf buffer = allocator.directBuffer(SIZE);
        try {
            assertThat(gauge("frontdoor.direct.memory.used")).isGreaterThanOrEqualTo(before + SIZE);
            assertThat(gauge("frontdoor.direct.memory.max"))
                    .isGreaterThan(gauge("frontdoor.direct.memory.used"));
        } finally {
            buffer.release();
        }
    }

    private static List<ByteBufAllocator> allocators() {
        return List.of(
                new PooledByteBufAllocator(true),
                new AdaptiveByteBufAllocator(true),
                UnpooledByteBufAllocator.DEFAULT);
    }

    private double gauge(String name) {
        return meters.get(name).gauge().value();
    }
}
