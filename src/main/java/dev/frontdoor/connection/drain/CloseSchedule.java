package dev.frontdoor.connection.drain;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** The moments at which a drain or an eviction closes connections. A pure function. */
final class CloseSchedule {

    private CloseSchedule() {}

    /**
     * One moment for each connection, in ascending order: the window is divided into equal slices,
     * and each slice has one moment, at random.
     *
     * @param count how many connections there are
     * @param maxPerSecond how many moments one second may have; 0 for any number. It takes
     *     precedence over the window
     * @return nanoseconds after now
     */
    static long[] moments(int count, Duration window, int maxPerSecond, RandomGenerator random) {
        long[] moments = new long[count];
        long slice = count == 0 ? 0 : TimeUnit.NANOSECONDS.convert(window) / count;
        long spacing = maxPerSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / maxPerSecond;
        long earliest = 0;
        for (int i = 0; i < count; i++) {
            long offset = slice == 0 ? 0 : random.nextLong(slice);
            moments[i] = Math.max(i * slice + offset, earliest);
            earliest = moments[i] + spacing;
        }
        return moments;
    }
}
