package dev.frontdoor.actuate.query;

import dev.frontdoor.notifier.DisplayText;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Counts rows by group. A row costs no memory, a group does, so the number of groups is bounded.
 * Used by one thread.
 *
 * @param <T> the type of a row
 */
public final class GroupCounts<T> {

    /** How many groups are counted. */
    static final int MAX_GROUPS = 10_000;

    private static final Comparator<Group> LARGEST_FIRST =
            Comparator.comparingInt(Group::count)
                    .reversed()
                    .thenComparing(Group::value, Comparator.nullsFirst(Comparator.naturalOrder()));

    private final Grouping<T> grouping;
    private final Map<@Nullable String, Counter> groups = new HashMap<>();
    private final Consumer<@Nullable String> sink = this::count;
    private int rows;
    private int uncounted;
    private Instant date = Instant.EPOCH;

    /** Counts of nothing. */
    public GroupCounts(Grouping<T> grouping) {
        this.grouping = grouping;
    }

    /** Counts a row, once in each of its groups. */
    public void add(T row) {
        rows++;
        date = grouping.date(row);
        grouping.eachValue(row, sink);
    }

    /** How many rows were counted. */
    public int rows() {
        return rows;
    }

    /** How many groups there are. */
    public int size() {
        return groups.size();
    }

    /** How often a row had a value for which there was no room among the groups. */
    public int uncounted() {
        return uncounted;
    }

    /** The groups, the largest first. */
    public List<Group> largest(int limit) {
        return groups.entrySet().stream()
                .map(group -> group.getValue().group(group.getKey()))
                .sorted(LARGEST_FIRST)
                .limit(limit)
                .toList();
    }

    private void count(@Nullable String value) {
        Counter counter = groups.get(value);
        if (counter == null) {
            if (groups.size() == MAX_GROUPS) {
                uncounted++;
                return;
            }
            counter = new Counter(date);
            groups.put(value, counter);
        }
        counter.add(rows, date);
    }

    /** One group while it is counted. */
    private static final class Counter {

        private int count;
        private int lastRow;
        private Instant newest;
        private Instant oldest;

        Counter(Instant first) {
            newest = first;
            oldest = first;
        }

        void add(int row, Instant date) {
            if (row != lastRow) {
                lastRow = row;
                count++;
                newest = date.compareTo(newest) > 0 ? date : newest;
                oldest = date.compareTo(oldest) < 0 ? date : oldest;
            }
        }

        Group group(@Nullable String value) {
            return new Group(
                    value == null ? null : DisplayText.truncate(value), count, newest, oldest);
        }
    }

    /**
     * A group.
     *
     * @param value the value that its rows share, truncated; null if they have none
     * @param count the number of its rows
     * @param newest the date of the newest of them
     * @param oldest the date of the oldest of them
     */
    public record Group(@Nullable String value, int count, Instant newest, Instant oldest) {}
}
