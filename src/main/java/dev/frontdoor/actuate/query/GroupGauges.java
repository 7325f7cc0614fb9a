package dev.frontdoor.actuate.query;

import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.LiveWorker;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gauges of registered workers by group. Whoever turns them on lets workers choose values of a
 * metric label, so there are few: the largest groups get a gauge, each keeps it, and the rest is in
 * one gauge. The sum over a grouping with one value for each worker is the number of workers. They
 * are counted every few seconds, not with each scrape. Used by one thread at a time.
 */
final class GroupGauges {

    /** How often the workers are counted, in seconds. */
    static final long INTERVAL = 10;

    static final String METER = "frontdoor.group.workers";

    /** The label of the workers that are in no other gauge. */
    static final String REST = "(other)";

    /** The label of the workers without a value. */
    static final String NONE = "(none)";

    private static final int MAX_LABEL_LENGTH = 64;

    private final LiveTable table;
    private final int maxGroups;
    private final MeterRegistry meters;
    private final Map<String, Map<String, AtomicInteger>> gauges = new LinkedHashMap<>();

    GroupGauges(LiveTable table, List<String> groupings, int maxGroups, MeterRegistry meters) {
        this.table = table;
        this.maxGroups = maxGroups;
        this.meters = meters;
        groupings.forEach(grouping -> gauges.put(grouping, new LinkedHashMap<>()));
    }

    /** Counts all workers anew. */
    void refresh() {
        gauges.forEach(this::refresh);
    }

    private void refresh(String grouping, Map<String, AtomicInteger> values) {
        GroupCounts<LiveWorker> counts = new GroupCounts<>(Grouping.ofWorkers(grouping));
        table.newestFirst().forEach(counts::add);
        Map<String, Integer> now = new LinkedHashMap<>();
        now.put(REST, counts.uncounted());
        int free = maxGroups - (values.size() - (values.containsKey(REST) ? 1 : 0));
        for (GroupCounts.Group group : counts.largest(GroupCounts.MAX_GROUPS)) {
            String label = label(group.value());
            boolean own = values.containsKey(label) || now.containsKey(label);
            if (!own && free > 0) {
                free--;
                own = true;
            }
            now.merge(own ? label : REST, group.count(), Integer::sum);
        }
        now.keySet().forEach(label -> values.computeIfAbsent(label, _ -> gauge(grouping, label)));
        values.forEach((label, value) -> value.set(now.getOrDefault(label, 0)));
    }

    private AtomicInteger gauge(String grouping, String label) {
        AtomicInteger value = new AtomicInteger();
        Gauge.builder(METER, value, AtomicInteger::get)
                .description("Registered workers by group")
                .tag("by", grouping)
                .tag("group", label)
                .register(meters);
        return value;
    }

    private static String label(@Nullable String value) {
        if (value == null) {
            return NONE;
        }
        String shown = DisplayText.of(value);
        if (shown.length() <= MAX_LABEL_LENGTH) {
            return shown;
        }
        boolean pair = Character.isHighSurrogate(shown.charAt(MAX_LABEL_LENGTH - 1));
        return shown.substring(0, pair ? MAX_LABEL_LENGTH - 1 : MAX_LABEL_LENGTH);
    }
}
