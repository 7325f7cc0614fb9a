package dev.frontdoor.push;

import dev.frontdoor.notifier.Eviction;
import dev.frontdoor.notifier.EvictionRequest;
import dev.frontdoor.notifier.Workers;

import java.util.List;

/** The evictions of this instance, as {@link Workers} shows them. Used by any thread. */
public interface WorkerEvictions {

    /**
     * Evicts workers: see {@link Workers#evict}.
     *
     * @param by who asks for it, for the log
     * @throws IllegalStateException if the service drains, or too many evictions are in progress
     */
    Eviction evict(EvictionRequest request, String by);

    /** The evictions in progress and the latest that have ended, newest first. */
    List<Eviction> evictions();
}
