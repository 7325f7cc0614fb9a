package dev.frontdoor.notifier;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A page of workers of the fleet.
 *
 * @param workers the rows
 * @param next the cursor of the next page; null on the last page
 */
public record FleetPage(List<FleetWorker> workers, @Nullable String next) {

    /** Copies the list. */
    public FleetPage {
        workers = List.copyOf(workers);
    }
}
