package dev.frontdoor.invocation.thread;

/** Counts the threads that are awake and will soon look for a task. Guarded by their lock. */
final class AwakeThreads {

    private int count;

    /** Grows when the threads that were awake turn out to be held up by their tasks. */
    private int round;

    boolean none() {
        return count == 0;
    }

    /** Counts a thread, unless it counts already. */
    void join(PooledThread thread) {
        if (thread.awake && thread.round == round) {
            return;
        }
        thread.round = round;
        thread.awake = true;
        count++;
    }

    /** Counts a thread no longer, since it is idle from now on. */
    void leave(PooledThread thread) {
        thread.awake = false;
        if (thread.round == round) {
            count--;
        }
    }

    /** Counts none of them any longer, until each has run its task. */
    void giveUp() {
        round++;
        count = 0;
    }
}
