package dev.frontdoor.actuate;

import dev.frontdoor.actuate.query.GroupCounts;
import dev.frontdoor.actuate.query.Grouping;
import dev.frontdoor.connection.DepartedWorker;
import dev.frontdoor.connection.Departures;
import dev.frontdoor.connection.Departures.Numbered;
import dev.frontdoor.notifier.ConnectionFacts;
import dev.frontdoor.notifier.Departure;
import dev.frontdoor.notifier.DisplayText;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/** The latest departures: which connections have ended, and why. */
@Endpoint(id = "departures")
public final class DeparturesEndpoint {

    private final Departures departures;
    private final Clock clock;

    DeparturesEndpoint(Departures departures, Clock clock) {
        this.departures = departures;
        this.clock = clock;
    }

    /**
     * The latest departures, newest first, or counts of them by group. The filters are globs; they
     * see the first 200 characters of a text, and the first 100 items of a list. Null selects all.
     *
     * @param code selects a close code, 1000 to 4999
     * @param label selects departures with a label, as {@code NAME:VALUE}
     * @param holder selects departures of workers that such a notifier held
     * @param since selects departures at that date or later, or not longer ago than that age
     * @param groupBy counts the departures by this property instead; null returns rows
     * @param limit maximum number of departures or groups, 1 to 1000; null means 100
     * @param before selects the rows after that number: {@code next} of the previous page; null
     *     selects the first page
     */
    @ReadOperation
    public Object departures(
            @Nullable String code,
            @Nullable String namespace,
            @Nullable String taskQueue,
            @Nullable String node,
            @Nullable String activityType,
            @Nullable String identity,
            @Nullable String userAgent,
            @Nullable String label,
            @Nullable String holder,
            @Nullable String since,
            @Nullable String groupBy,
            @Nullable String limit,
            @Nullable String before) {
        Long onlyCode = code == null ? null : ParameterValues.number("code", code, 1000, 4999);
        int rows = ParameterValues.limit(limit);
        DepartureFilter filter =
                new DepartureFilter(
                        onlyCode,
                        ParameterValues.since(since, clock),
                        WorkerFilters.of(
                                shown(namespace),
                                shown(taskQueue),
                                shown(node),
                                shown(activityType),
                                shown(identity),
                                shown(userAgent),
                                label,
                                holder,
                                null));
        List<Numbered> matching =
                departures.newestFirst().stream()
                        .filter(kept -> filter.matches(kept.departed()))
                        .toList();
        if (groupBy != null) {
            ParameterValues.requireAbsent("groupBy", "before", before);
            GroupCounts<DepartedWorker> counts =
                    new GroupCounts<>(ParameterValues.valid(() -> Grouping.ofDepartures(groupBy)));
            matching.forEach(kept -> counts.add(kept.departed()));
            return GroupsDescriptor.of(counts, rows);
        }
        long end =
                before == null
                        ? Long.MAX_VALUE
                        : ParameterValues.number("before", before, 1, Long.MAX_VALUE);
        Page<DepartureDescriptor> page =
                Page.of(
                        matching,
                        Numbered::number,
                        number -> number < end,
                        rows,
                        kept -> DepartureDescriptor.of(kept.departed()));
        return new DeparturesDescriptor(page.matching(), page.rows(), page.next());
    }

    private static @Nullable String shown(@Nullable String text) {
        return text == null ? null : DisplayText.truncate(text);
    }

    /**
     * The selected departures.
     *
     * @param matching number of departures that match the filters, on all pages
     * @param departures newest first
     * @param next the value of {@code before} for the next page; null on the last page
     */
    public record DeparturesDescriptor(
            int matching, List<DepartureDescriptor> departures, @Nullable Long next) {}

    /**
     * One departure.
     *
     * @param identity the identity that the worker registered with or, if it was never accepted,
     *     declared last, truncated and escaped; null if it declared none
     * @param namespaces those of its registration, truncated; empty if it was never registered
     * @param taskQueue that of its registration, truncated; null if it was never registered
     * @param node that of its registration, truncated; null if it did not say
     * @param activityTypes those of its registration, truncated
     * @param holders the bean names of the notifiers that held it
     * @param transport what carried the connection: {@code websocket} or {@code tcp}
     * @param principal who the worker had proved to be; null if it had proved nothing
     * @param userAgent what the worker was, by its own account, truncated; null if it did not say
     * @param labels its labels, by name; the values truncated
     * @param registeredAt when its last registration was accepted; null if it was never registered
     * @param registeredFor how long it was in force; null if it was never registered
     * @param code the close code; 1005 if a worker's close had none, 1006 if the connection broke
     *     without a close
     * @param by who ended the connection: {@code worker}, {@code service}, {@code operator} or
     *     {@code network}
     * @param reason why the connection ended, as a text
     */
    public record DepartureDescriptor(
            long pid,
            @Nullable String identity,
            List<String> namespaces,
            @Nullable String taskQueue,
            @Nullable String node,
            List<String> activityTypes,
            List<String> holders,
            String remoteAddress,
            String transport,
            @Nullable String principal,
            @Nullable String userAgent,
            SortedMap<String, String> labels,
            Instant connectedAt,
            @Nullable Instant registeredAt,
            @Nullable Duration registeredFor,
            Instant endedAt,
            int code,
            String by,
            String reason) {

        private static DepartureDescriptor of(DepartedWorker departed) {
            ConnectionFacts connection = departed.connection();
            Departure departure = departed.departure();
            String userAgent = connection.userAgent();
            return new DepartureDescriptor(
                    departed.pid(),
                    departed.identity(),
                    departed.worker().namespaces(),
                    departed.worker().taskQueue(),
                    departed.worker().node(),
                    departed.worker().activityTypes(),
                    departed.worker().holders(),
                    connection.remoteAddress(),
                    connection.transport().label(),
                    RegistrationDescriptor.nameOf(connection.principal()),
                    userAgent == null ? null : DisplayText.truncate(userAgent),
                    RegistrationDescriptor.truncate(connection.labels()),
                    connection.connectedAt(),
                    departed.registeredAt(),
                    departed.registeredFor(),
                    departure.endedAt(),
                    departure.code(),
                    departure.initiator().label(),
                    departure.reason());
        }
    }
}
