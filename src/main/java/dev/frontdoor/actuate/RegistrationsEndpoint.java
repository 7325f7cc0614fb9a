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

/** The live table: who is here, since when, and held by whom. */
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
     * A page of the live table, newest connection first. Each filter that is given is compared
     * exactly.
     *
     * @param limit how many rows at most, 1 to 1000, 100 if not given
     * @param before only connections older than this pid, as {@code next} of the page before
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
        List<LiveWorker> found =
                (before == null
                                ? table.newestFirst()
                                : table.newestFirstBefore(
                                        Parameter.number("before", before, 1, Long.MAX_VALUE)))
                        .filter(worker -> filter.matches(worker.registration()))
                        .limit(rows + 1L)
                        .toList();
        List<LiveWorker> page = found.subList(0, Math.min(rows, found.size()));
        return new RegistrationsDescriptor(
                instance.name(),
                connections.count(),
                table.size(),
                page.stream().map(this::describe).toList(),
                found.size() > rows ? page.getLast().pid() : null);
    }

    /** One worker with its schemas; nothing, which is answered as 404, if there is none. */
    @ReadOperation
    public @Nullable RegistrationDetailDescriptor registration(@Selector long pid) {
        return table.find(pid)
                .map(worker -> RegistrationDetailDescriptor.of(worker, pushes.pending(pid)))
                .orElse(null);
    }

    /**
     * Disconnects a worker with close code 4500; 404 if there is none.
     *
     * @param reason what the worker is told
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
     * Disconnects all workers that the filters mean, if they are as many as {@code confirm} says;
     * else 409 with how many they are, and nobody is disconnected.
     *
     * @param confirm how many are meant
     * @param reason what the workers are told
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
        List<LiveWorker> meant =
                table.newestFirst()
                        .filter(worker -> filter.matches(worker.registration()))
                        .toList();
        if (meant.size() != confirmed) {
            return new WebEndpointResponse<>(
                    new MatchingDescriptor(meant.size(), 0), HttpStatus.CONFLICT.value());
        }
        meant.forEach(worker -> pushes.disconnect(worker.pid(), orDefault(reason)));
        return new WebEndpointResponse<>(new MatchingDescriptor(meant.size(), meant.size()));
    }

    /**
     * What a bulk disconnect came to.
     *
     * @param matching how many workers the filters mean
     * @param disconnected how many of them were told to go
     */
    public record MatchingDescriptor(int matching, int disconnected) {}

    private static String orDefault(@Nullable String reason) {
        return reason == null ? CloseCause.DISCONNECTED.reason() : reason;
    }

    private RegistrationDescriptor describe(LiveWorker worker) {
        return RegistrationDescriptor.of(worker, pushes.pending(worker.pid()));
    }
}
