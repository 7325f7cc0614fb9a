package dev.frontdoor.notifier;

/**
 * An eviction in progress, or one that has ended. The workers are chosen when it begins: one that
 * reconnects has another pid and is not evicted again. All methods may be called from any thread
 * and return without waiting.
 */
public interface Eviction {

    /** Its number, from 1, unique in one instance and never reused. */
    long id();

    /** Its progress now. */
    EvictionProgress progress();

    /**
     * Cancels it: no further connection is closed, and the workers that are left get pushes again.
     *
     * @return whether it was in progress
     */
    boolean cancel();
}
