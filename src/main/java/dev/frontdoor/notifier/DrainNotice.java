package dev.frontdoor.notifier;

import java.time.Instant;
import java.util.List;

/**
 * What the service is about to close, so that the workers reconnect to other instances. Immutable;
 * no component is null.
 *
 * @param pids the numbers of the affected connections on which a worker is registered, newest first
 * @param all true for a drain: the service closes all connections, and accepts no further worker
 *     until the drain ends; false for an eviction, which closes only some of them
 * @param deadline when the last affected connection is closed
 */
public record DrainNotice(List<Long> pids, boolean all, Instant deadline) {

    /** Copies the list. */
    public DrainNotice {
        pids = List.copyOf(pids);
    }
}
