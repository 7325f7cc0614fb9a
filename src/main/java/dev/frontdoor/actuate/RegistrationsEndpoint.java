package dev.frontdoor.actuate;

import dev.frontdoor.connection.Connections;
import dev.frontdoor.connection.Instance;
import dev.frontdoor.notifier.WorkerFilter;
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

import java.util.List;

/** The live table: lists the registered workers, and disconnects them. */
@WebEndpoint(id = "registrations")
public final class RegistrationsEndpoint {

    private final Instance instance;
    private final Connections connections;
    private final LiveTable table;
    private final PushService pushes;

    RegistrationsEndpoint(
            Instance instance, Connections connections, LiveTable table, PushService pushes) {
        this.instance = instance;
        this.connections = connections;
        this.table = table;
        this.pushes = pushes;
    }

    /**
     * Returns a page of the live table, newest connection first. Filters compare exactly; null
     * matches all workers.
     *
     * @param limit maximum number of rows, 1 to 1000; null means 100
     * @param before selects connections with a smaller pid: {@code next} of the previous page; null
     *     selects the first page
     */
    @ReadOperation
    public RegistrationsDescriptor registrations(
            @Nullable String namespace,
            @Nullable String taskQueue,
            @Nullable String node,
            @Nullable String activityType,
            @Nullable String identity,
            @Nullable String limit,
            @Nullable String before) {
        int rows = Parameter.limit(limit);
        WorkerFilter filter = new WorkerFilter(namespace, taskQueue, node, activityType, identity);
        long end =
                before == null
                        ? Long.MAX_VALUE
                        : Parameter.number("before", before, 1, Long.MAX_VALUE);
        List<LiveWorker> matching = matching(filter);
        List<LiveWorker> found =
                matching.stream().filter(worker -> worker.pid() < end).limit(rows + 1L).toList();
        List<LiveWorker> page = found.subList(0, Math.min(rows, found.size()));
        return new RegistrationsDescriptor(
                instance.name(),
                connections.count(),
                table.size(),
                matching.size(),
                page.stream().map(this::describe).toList(),
                found.size() > rows ? page.getLast().pid() : null);
    }

    /** Returns one worker with its schemas; null, which becomes status 404, if there is none. */
    @ReadOperation
    public @Nullable RegistrationDetailDescriptor registration(@Selector long pid) {
        return table.find(pid)
                .map(worker -> RegistrationDetailDescriptor.of(worker, pushes.pending(pid)))
                .orElse(null);
    }

    /**
     * Disconnects one worker with close code 4500. The status is 204, or 404 if there is none.
     *
     * @param reason the close reason; null means a default text
     */
    @DeleteOperation
    public WebEndpointResponse<Void> disconnect(@Selector long pid, @Nullable String reason) {
        boolean found = pushes.disconnect(pid, orDefault(reason));
        return new WebEndpointResponse<>(
                found
                        ? WebEndpointResponse.STATUS_NO_CONTENT
                        : WebEndpointResponse.STATUS_NOT_FOUND);
    }

    /**
     * Disconnects the workers that match the filters, if their number equals {@code confirm}.
     * Otherwise it disconnects no worker, and the status is 409.
     *
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
            String confirm,
            @Nullable String reason) {
        long confirmed = Parameter.number("confirm", confirm, 0, Integer.MAX_VALUE);
        WorkerFilter filter = new WorkerFilter(namespace, taskQueue, node, activityType, identity);
        List<LiveWorker> matching = matching(filter);
        if (matching.size() != confirmed) {
            return new WebEndpointResponse<>(
                    new MatchingDescriptor(matching.size(), 0), HttpStatus.CONFLICT.value());
        }
        matching.forEach(worker -> pushes.disconnect(worker.pid(), orDefault(reason)));
        return new WebEndpointResponse<>(new MatchingDescriptor(matching.size(), matching.size()));
    }

    /**
     * The result of a bulk disconnect.
     *
     * @param matching number of workers that match the filters
     * @param disconnected number of workers that were disconnected
     */
    public record MatchingDescriptor(int matching, int disconnected) {}

    private static String orDefault(@Nullable String reason) {
        return reason == null ? CloseCause.DISCONNECTED.reason() : reason;
    }

    private List<LiveWorker> matching(WorkerFilter filter) {
        return table.newestFirst().filter(worker -> filter.matches(worker.registration())).toList();
    }

    private RegistrationDescriptor describe(LiveWorker worker) {
        return RegistrationDescriptor.of(worker, pushes.pending(worker.pid()));
    }
}
