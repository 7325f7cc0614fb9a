package dev.frontdoor.registration;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.concurrent.atomic.AtomicLong;

/** A number of bytes that all connections share. Used by any thread. */
public final class MemoryBudget {

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /**
     * A budget of which nothing is used.
     *
     * @param limit bytes
     */
    public MemoryBudget(long limit) {
        this.limit = limit;
    }

    /** Shows what is used and the limit, with this value of the label {@code budget}. */
    public void show(MeterRegistry meters, String name) {
        Gauge.builder("frontdoor.budget.used", this, MemoryBudget::used)
                .description("Memory that is used of a budget")
                .baseUnit("bytes")
                .tag("budget", name)
                .register(meters);
        Gauge.builder("frontdoor.budget.limit", () -> limit)
                .description("The limit of a memory budget")
                .baseUnit("bytes")
                .tag("budget", name)
                .register(meters);
    }

    /** Bytes that are used. */
    long used() {
        return used.get();
    }

    /** Reserves bytes. Returns false, and reserves nothing, if there is no room. */
    public boolean reserve(long bytes) {
        long before = used.get();
        while (before + bytes <= limit) {
            if (used.compareAndSet(before, before + bytes)) {
                return true;
            }
            before = used.get();
        }
        return false;
    }

    /** Uses bytes, whether or not there is room; gives some back if the number is negative. */
    public void add(long bytes) {
        used.addAndGet(bytes);
    }

    /** Whether more is used than the limit. */
    public boolean isExceeded() {
        return used.get() > limit;
    }

    public void release(long bytes) {
        used.addAndGet(-bytes);
    }
}
