package dev.frontdoor.notifier;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Counts of workers by group.
 *
 * @param size how many groups there are
 * @param uncounted how often a worker had a value for which there was no room among the groups
 * @param groups the groups, the largest first, and no more than the limit
 */
public record FleetGroups(int size, long uncounted, List<Group> groups) {

    /** Copies the list. */
    public FleetGroups {
        groups = List.copyOf(groups);
    }

    /**
     * A group.
     *
     * @param value the value that its workers share; null if they have none
     * @param count the number of its workers
     */
    public record Group(@Nullable String value, long count) {}
}
