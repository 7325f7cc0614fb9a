package dev.frontdoor.actuate.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.frontdoor.actuate.query.GroupCounts.Group;
import dev.frontdoor.connection.DepartedWorker;
import dev.frontdoor.event.WorkerEntry;
import dev.frontdoor.notifier.Departure;
import dev.frontdoor.notifier.Departure.Initiator;
import dev.frontdoor.registration.TestFacts;

import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** How rows are counted by group. */
class GroupCountsTests {

    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    @Test
    void groupHasTheNumberOfItsRowsAndTheirFirstAndLastDate() {
        GroupCounts<DepartedWorker> counts = counts("taskQueue");
        counts.add(row(3, "a", "billing"));
        counts.add(row(1, "b", "billing"));
        counts.add(row(2, "b", "billing"));

        assertThat(counts.rows()).isEqualTo(3);
        assertThat(counts.size()).isEqualTo(2);
        assertThat(counts.largest(10))
                .containsExactly(
                        new Group("b", 2, START.plusSeconds(2), START.plusSeconds(1)),
                        new Group("a", 1, START.plusSeconds(3), START.plusSeconds(3)));
        assertThat(counts.largest(1)).extracting(Group::value).containsExactly("b");
    }

    @Test
    void rowIsCountedOnceInEachOfItsGroups() {
        GroupCounts<DepartedWorker> counts = counts("namespace");
        counts.add(row(1, "q", "a", "b", "a"));
        counts.add(row(2, "q", "b"));
        counts.add(row(3, "q"));

        assertThat(counts.largest(10))
                .extracting(Group::value, Group::count)
                .containsExactly(tuple("b", 2), tuple(null, 1), tuple("a", 1));
        assertThat(counts.rows()).isEqualTo(3);
    }

    private static Tuple tuple(@Nullable String value, int count) {
        return Tuple.tuple(value, count);
    }

    @ParameterizedTest
    @CsvSource({
        "namespace, ns",
        "taskQueue, queue",
        "node, host",
        "activityType, act",
        "userAgent, acme/1",
        "label:zone, eu1",
        "label:none,",
        "code, 1006",
        "by, network"
    })
    void everyPropertyGroups(String name, @Nullable String value) {
        GroupCounts<DepartedWorker> counts = counts(name);
        counts.add(row(1, "queue", "ns"));

        assertThat(counts.largest(10)).extracting(Group::value).containsExactly(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Namespace", "label", "label:", "identity", "pid"})
    void unknownPropertyIsRefusedWithThoseThereAre(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Grouping.ofWorkers(name))
                .withMessageContaining(
                        "namespace, taskQueue, node, activityType, userAgent, label:NAME")
                .withMessageContaining("'" + name + "'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Grouping.ofDepartures(name))
                .withMessageContaining("label:NAME, code, by");
    }

    @Test
    void numberOfGroupsIsBounded() {
        GroupCounts<DepartedWorker> counts = counts("taskQueue");
        for (int i = 0; i < GroupCounts.MAX_GROUPS + 5; i++) {
            counts.add(row(i, "queue-" + i));
        }
        counts.add(row(1, "queue-1"));

        assertThat(counts.size()).isEqualTo(GroupCounts.MAX_GROUPS);
        assertThat(counts.uncounted()).isEqualTo(5);
        assertThat(counts.rows()).isEqualTo(GroupCounts.MAX_GROUPS + 6);
        assertThat(counts.largest(1))
                .containsExactly(
                        new Group("queue-1", 2, START.plusSeconds(1), START.plusSeconds(1)));
    }

    private static GroupCounts<DepartedWorker> counts(String name) {
        return new GroupCounts<>(Grouping.ofDepartures(name));
    }

    private static DepartedWorker row(int seconds, String taskQueue, String... namespaces) {
        return new DepartedWorker(
                TestFacts.of(1).snapshot(),
                new WorkerEntry(
                        1,
                        "worker",
                        Arrays.asList(namespaces),
                        taskQueue,
                        "host",
                        List.of("act"),
                        List.of(),
                        "127.0.0.1:1",
                        "tcp",
                        null,
                        "acme/1",
                        Map.of("zone", "eu1"),
                        START,
                        START),
                "worker",
                START,
                null,
                new Departure(1006, Initiator.NETWORK, "gone", START.plusSeconds(seconds)));
    }
}
