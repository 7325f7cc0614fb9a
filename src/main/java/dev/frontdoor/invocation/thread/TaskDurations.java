package dev.frontdoor.invocation.thread;

/**
 * Whether tasks are short at present. Most of the latest tasks decide, rather than an average: a
 * short task takes long at times, when its thread has to wait for a processor. Not safe for use by
 * several threads at once.
 */
final class TaskDurations {

    /** A task is short if waking a thread for it would take about as long. */
    private static final long SHORT_NANOS = 100_000;

    /** How many tasks it takes to change the answer, at most. */
    private static final int MEMORY = 8;

    /** Grows with each short task, and shrinks with each long one. */
    private int score = MEMORY;

    void add(long nanos) {
        score = nanos < SHORT_NANOS ? Math.min(score + 1, MEMORY) : Math.max(score - 1, 0);
    }

    boolean areShort() {
        return score > 0;
    }

    /** Tasks are long until a short one has ended. */
    void expectLong() {
        score = 0;
    }
}
