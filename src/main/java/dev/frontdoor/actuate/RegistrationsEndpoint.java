package dev.frontdoor.actuate;

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

/** Lists the workers that are registered or only connected, and disconnects registered ones. */
@WebEndpoint(id = "registrations")
public final class RegistrationsEndpoint {

    private static final String REGISTERED = "registered";
    private static final String UNREGISTERED = "unregistered";

    private final Instance instance;
    private final Connections connections;
    private final LiveTable table;
    private final InstanceWorkers workers;
    private final PushService pushes;

    RegistrationsEndpoint(
            Instance instance,
            Connections connections,
            LiveTable table,
            InstanceWorkers workers,
            PushService pushes) {
        this.instance = instance;
        this.connections = connections;
        this.table = table;
        this.workers = workers;
        this.pushes = pushes;
    }

    /**
     * Returns a page of workers, newest connection first. Filters compare exactly, except {@code
     * userAgent} and the value of {@code label}, which are globs; null matches all workers.
     *
     * @param state {@code registered}, which null means too, for rows of the live table; {@code
     *     unregistered} for workers that are connected only, of which {@code identity} selects
     *     those that declared it last
     * @param label selects workers that have a label, as {@code NAME:VALUE}
     * @param limit maximum number of rows, 1 to 1000; null means 100
     * @param before selects connections with a smaller pid: {@code next} of the previous page; null
     *     selects the first page
     */
    @ReadOperation
    public RegistrationsDescriptor<?> registrations(
            @Nullable String state,
            @Nullable String namespace,
            @Nullable String taskQueue,
            @Nullable String node,
            @Nullable String activityType,
            @Nullable String identity,
            @Nullable String userAgent,
            @Nullable String label,
            @Nullable String limit,
            @Nullable String before) {
        int rows = ParameterValues.limit(limit);
        long end =
                before == null
                        ? Long.MAX_VALUE
                        : ParameterValues.number("before", before, 1, Long.MAX_VALUE);
        if (ParameterValues.oneOf("state", state, REGISTERED, UNREGISTERED).equals(REGISTERED)) {
            WorkerFilter filter =
                    new WorkerFilter(
                            namespace,
                            taskQueue,
                            node,
                            activityType,
                            identity,
                            userAgent,
                            ParameterValues.label(label));
            return describe(
                    Page.of(
                            workers.select(filter),
                            LiveWorker::pid,
                            end,
                            rows,
                            worker -> describe(worker).truncate()));
        }
        ParameterValues.requireAbsent("state=unregistered", "namespace", namespace);
        ParameterValues.requireAbsent("state=unregistered", "taskQueue", taskQueue);
        ParameterValues.requireAbsent("state=unregistered", "node", node);
        ParameterValues.requireAbsent("state=unregistered", "activityType", activityType);
        ParameterValues.requireAbsent("state=unregistered", "userAgent", userAgent);
        ParameterValues.requireAbsent("state=unregistered", "label", label);
        return describe(
                Page.of(
                        unregistered(identity),
                        WorkerConnection::pid,
                        end,
                        rows,
                        UnregisteredDescriptor::of));
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
            String confirm,
            @Nullable String reason) {
        long confirmed = ParameterValues.number("confirm", confirm, 0, Integer.MAX_VALUE);
        WorkerFilter filter =
                new WorkerFilter(
                        namespace,
                        taskQueue,
                        node,
                        activityType,
                        identity,
                        userAgent,
                        ParameterValues.label(label));
        List<LiveWorker> matching = workers.select(filter);
        if (matching.size() != confirmed) {
            return new WebEndpointResponse<>(
                    new MatchingDescriptor(matching.size(), 0), HttpStatus.CONFLICT.value());
        }
        matching.forEach(worker -> workers.disconnect(worker.pid(), orDefault(reason)));
        return new WebEndpointResponse<>(new MatchingDescriptor(matching.size(), matching.size()));
    }

    /**
     * The result of a bulk disconnect.
     *
     * @param matching number of workers that match the filters
     * @param disconnected number of workers that were disconnected
     */
    public record MatchingDescriptor(int matching, int disconnected) {}

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
