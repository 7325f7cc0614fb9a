package dev.frontdoor.actuate;

import dev.frontdoor.actuate.query.GroupCounts;
import dev.frontdoor.actuate.query.Grouping;
import dev.frontdoor.connection.Connections;
import dev.frontdoor.connection.Instance;
import dev.frontdoor.connection.Rejection;
import dev.frontdoor.connection.WorkerConnection;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.push.InstanceWorkers;
import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.LiveWorker;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

import java.util.Comparator;
import java.util.List;
import java.util.function.LongPredicate;

/** Lists the workers that are registered or only connected, and disconnects registered ones. */
@WebEndpoint(id = "registrations")
public final class RegistrationsEndpoint {

    private static final String UNREGISTERED = "unregistered";
    private static final List<String> STATES = List.of("registered", UNREGISTERED);

    private final Instance instance;
    private final Connections connections;
    private final LiveTable table;
    private final InstanceWorkers workers;
    private final PushService pushes;
    private final Clock clock;

    RegistrationsEndpoint(
            Instance instance,
            Connections connections,
            LiveTable table,
            InstanceWorkers workers,
            PushService pushes,
            Clock clock) {
        this.instance = instance;
        this.connections = connections;
        this.table = table;
        this.workers = workers;
        this.pushes = pushes;
        this.clock = clock;
    }

    /**
     * Returns a page of workers, or counts of them by group. The filters are globs; null matches
     * all workers.
     *
     * @param state {@code registered}, which null means too, for rows of the live table; {@code
     *     unregistered} for workers that are connected only, of which {@code identity} selects
     *     those that declared it last
     * @param label selects workers that have a label, as {@code NAME:VALUE}
     * @param holder selects workers that such a notifier holds
     * @param since selects workers registered at that date or later, or not longer ago than that
     *     age
     * @param groupBy counts the workers by this property instead; null returns rows
     * @param sort the order of rows: {@code newest} connection first, which null means too, {@code
     *     oldest} first, by {@code identity}, latest {@code registered} first, or those with the
     *     most {@code pendingPushes} first. The last three have one page
     * @param limit maximum number of rows or groups, 1 to 1000; null means 100
     * @param before selects the rows after that pid: {@code next} of the previous page; null
     *     selects the first page
     */
    @ReadOperation
    public Object registrations(
            @Nullable String state,
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
            @Nullable String sort,
            @Nullable String limit,
            @Nullable String before) {
        int rows = ParameterValues.limit(limit);
        RowOrder order = RowOrder.of(sort);
        LongPredicate isLater = order.after(before);
        if (ParameterValues.oneOf("state", state, STATES).equals(UNREGISTERED)) {
            String beside = "state=unregistered";
            ParameterValues.requireAbsent(beside, "namespace", namespace);
            ParameterValues.requireAbsent(beside, "taskQueue", taskQueue);
            ParameterValues.requireAbsent(beside, "node", node);
            ParameterValues.requireAbsent(beside, "activityType", activityType);
            ParameterValues.requireAbsent(beside, "userAgent", userAgent);
            ParameterValues.requireAbsent(beside, "label", label);
            ParameterValues.requireAbsent(beside, "holder", holder);
            ParameterValues.requireAbsent(beside, "since", since);
            ParameterValues.requireAbsent(beside, "groupBy", groupBy);
            ParameterValues.requireAbsent(beside, "sort", sort);
            return describe(
                    Page.of(
                            unregistered(identity),
                            WorkerConnection::pid,
                            isLater,
                            rows,
                            UnregisteredDescriptor::of));
        }
        WorkerFilter filter =
                WorkerFilters.of(
                        namespace,
                        taskQueue,
                        node,
                        activityType,
                        identity,
                        userAgent,
                        label,
                        holder,
                        ParameterValues.since(since, clock));
        if (groupBy != null) {
            ParameterValues.requireAbsent("groupBy", "sort", sort);
            ParameterValues.requireAbsent("groupBy", "before", before);
            GroupCounts<LiveWorker> counts =
                    new GroupCounts<>(ParameterValues.valid(() -> Grouping.ofWorkers(groupBy)));
            workers.selected(filter).forEach(counts::add);
            return GroupsDescriptor.of(counts, rows);
        }
        Page<RegistrationDescriptor> page =
                Page.of(
                        order.sort(workers.selected(filter), pushes),
                        LiveWorker::pid,
                        isLater,
                        rows,
                        worker -> describe(worker).truncate());
        return describe(order.hasPages() ? page : page.only());
    }

    /** Returns one worker with its schemas. The status is 404 if there is none. */
    @ReadOperation
    public RegistrationDetailDescriptor registration(@Selector String pid) {
        LiveWorker worker =
                table.find(ParameterValues.pid(pid)).orElseThrow(() -> notRegistered(pid));
        return RegistrationDetailDescriptor.of(worker, pushes.pending(worker.pid()));
    }

    /**
     * Disconnects one worker with close code 4500. The status is 204, or 404 if there is none.
     *
     * @param reason the close reason; null means a default text
     */
    @DeleteOperation
    public void disconnect(@Selector String pid, @Nullable String reason) {
        if (!workers.disconnect(ParameterValues.pid(pid), orDefault(reason))) {
            throw notRegistered(pid);
        }
    }

    /**
     * Disconnects the workers that match the filters, if their number equals {@code confirm}.
     * Otherwise it disconnects no worker, and the status is 409.
     *
     * @param label selects workers that have a label, as {@code NAME:VALUE}
     * @param holder selects workers that such a notifier holds
     * @param since selects workers registered at that date or later, or not longer ago than that
     *     age
     * @param confirm the number of workers that the operator expects to match
     * @param reason the close reason; null means a default text
     */
    @DeleteOperation
    public WebEndpointResponse<MatchingDescriptor> disconnectAll(
            @Nullable String namespace,
            @Nullable String taskQueue,
            @Nullable String node,
            @Nullable String activityType,
            @Nullable String identity,
            @Nullable String userAgent,
            @Nullable String label,
            @Nullable String holder,
            @Nullable String since,
            String confirm,
            @Nullable String reason) {
        long confirmed = ParameterValues.number("confirm", confirm, 0, Integer.MAX_VALUE);
        WorkerFilter filter =
                WorkerFilters.of(
                        namespace,
                        taskQueue,
                        node,
                        activityType,
                        identity,
                        userAgent,
                        label,
                        holder,
                        ParameterValues.since(since, clock));
        List<LiveWorker> matching = workers.selected(filter).toList();
        if (matching.size() != confirmed) {
            return new WebEndpointResponse<>(
                    new MatchingDescriptor(matching.size(), 0), HttpStatus.CONFLICT.value());
        }
        matching.forEach(worker -> workers.disconnect(worker.pid(), orDefault(reason)));
        return new WebEndpointResponse<>(new MatchingDescriptor(matching.size(), matching.size()));
    }

    private static ResponseStatusException notRegistered(String pid) {
        return new ResponseStatusException(
                HttpStatus.NOT_FOUND, "no worker is registered with pid " + pid);
    }

    private static String orDefault(@Nullable String reason) {
        return reason == null ? CloseCause.DISCONNECTED.reason() : reason;
    }

    private List<WorkerConnection> unregistered(@Nullable String identity) {
        return connections.open().stream()
                .filter(connection -> table.find(connection.pid()).isEmpty())
                .filter(connection -> identity == null || declared(connection, identity))
                .sorted(Comparator.comparingLong(WorkerConnection::pid).reversed())
                .toList();
    }

    private static boolean declared(WorkerConnection connection, String identity) {
        Rejection rejection = connection.lastRejection();
        return rejection != null && rejection.identity().equals(DisplayText.of(identity));
    }

    private RegistrationDescriptor describe(LiveWorker worker) {
        return RegistrationDescriptor.of(worker, pushes.pending(worker.pid()));
    }

    private <R> RegistrationsDescriptor<R> describe(Page<R> page) {
        return new RegistrationsDescriptor<>(
                instance.name(),
                connections.count(),
                table.size(),
                page.matching(),
                page.rows(),
                page.next());
    }
}
