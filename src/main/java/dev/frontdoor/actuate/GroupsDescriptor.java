package dev.frontdoor.actuate;

import dev.frontdoor.actuate.query.GroupCounts;

import java.util.List;

/**
 * Counts of rows by group. A row with several values is in several groups.
 *
 * @param matching number of rows that match the filters
 * @param size number of groups
 * @param uncounted how often a row had a value for which there was no room among the groups
 * @param groups the groups, the largest first, and no more than the limit
 */
public record GroupsDescriptor(
        int matching, int size, int uncounted, List<GroupCounts.Group> groups) {

    static GroupsDescriptor of(GroupCounts<?> counts, int limit) {
        return new GroupsDescriptor(
                counts.rows(), counts.size(), counts.uncounted(), counts.largest(limit));
    }
}
