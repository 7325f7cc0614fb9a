package com.example.dispatcher;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what must happen, on a busy machine too. */
final class Waiting {

    /** The bound of every wait. */
    static final Duration LIMIT = Duration.ofMinutes(5);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private Waiting() {}

    static void until(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(
                    System.nanoTime() - start < LIMIT.toNanos(),
                    () -> "this takes too long: " + what);
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
