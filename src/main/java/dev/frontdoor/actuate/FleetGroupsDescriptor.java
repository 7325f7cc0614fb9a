package dev.frontdoor.actuate;

import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.notifier.FleetGroups;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Counts of workers of the fleet by group. A worker with several values is in several groups.
 *
 * @param size number of groups
 * @param uncounted how often a worker had a value for which there was no room among the groups
 * @param groups the groups, the largest first, and no more than the limit
 */
public record FleetGroupsDescriptor(int size, long uncounted, List<Group> groups) {

    static FleetGroupsDescriptor of(FleetGroups groups) {
        return new FleetGroupsDescriptor(
                groups.size(),
                groups.uncounted(),
                groups.groups().stream().map(Group::of).toList());
    }

    /**
     * A group.
     *
     * @param value the value that its workers share, truncated; null if they have none
     * @param count the number of its workers
     */
    public record Group(@Nullable String value, long count) {

        private static Group of(FleetGroups.Group group) {
            String value = group.value();
            return new Group(value == null ? null : DisplayText.truncate(value), group.count());
        }
    }
}
