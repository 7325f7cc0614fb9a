package dev.frontdoor.directory;

import dev.frontdoor.notifier.FleetGroups;
import dev.frontdoor.notifier.FleetGroups.Group;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/** Sums of groups, of which there is a bounded number. Used by any thread. */
final class GroupSums {

    /** How many groups are counted. */
    private static final int MAX_GROUPS = 10_000;

    private static final Comparator<Group> LARGEST_FIRST =
            Comparator.comparingLong(Group::count)
                    .reversed()
                    .thenComparing(Group::value, Comparator.nullsFirst(Comparator.naturalOrder()));

    private final Map<String, Long> sums = new HashMap<>();
    private long uncounted;

    /** Adds to the group of a value of the scripts. */
    synchronized void add(String value, long count) {
        if (sums.size() < MAX_GROUPS || sums.containsKey(value)) {
            sums.merge(value, count, Long::sum);
        } else {
            uncounted += count;
        }
    }

    /** The largest groups. */
    synchronized FleetGroups largest(int limit) {
        return new FleetGroups(
                sums.size(),
                uncounted,
                sums.entrySet().stream()
                        .map(sum ->
                                new Group(
                                        sum.getKey().startsWith("=")
                                                ? sum.getKey().substring(1)
                                                : null,
                                        sum.getValue()))
                        .sorted(LARGEST_FIRST)
                        .limit(limit)
                        .toList());
    }
}
