package dev.frontdoor.invocation;

/** How long tasks take at present. Not safe for use by several threads at once. */
final class TaskDurations {

    /** A task is short if waking a thread for it would take about as long. */
    private static final long SHORT_NANOS = 100_000;

    /** How many tasks it takes for the average to follow a change. */
    private static final int AVERAGED = 8;

    private long averageNanos;

    void add(long nanos) {
        averageNanos += (nanos - averageNanos) / AVERAGED;
    }

    boolean areShort() {
        return averageNanos < SHORT_NANOS;
    }

    /** Tasks are long until short ones have ended. */
    void expectLong() {
        averageNanos = Math.max(averageNanos, SHORT_NANOS);
    }
}
