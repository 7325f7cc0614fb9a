package dev.frontdoor.connection;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.util.internal.PlatformDependent;

/**
 * Reports the memory of Netty's direct buffers, of all allocators together. The JVM's meters do not
 * include it, because Netty does not take it from {@code ByteBuffer}. Netty itself compares these
 * two numbers before it takes more. They are unknown if a system property stops Netty's count.
 */
final class NettyMemoryMetrics implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("frontdoor.direct.memory.used", NettyMemoryMetrics::used)
                .description("Memory of Netty's direct buffers, in use or kept for reuse")
                .baseUnit(BaseUnits.BYTES)
                .register(registry);
        Gauge.builder("frontdoor.direct.memory.max", PlatformDependent::maxDirectMemory)
                .description("Maximum memory of Netty's direct buffers")
                .baseUnit(BaseUnits.BYTES)
                .register(registry);
    }

    private static double used() {
        long used = PlatformDependent.usedDirectMemory();
        return used < 0 ? Double.NaN : used;
    }
}
