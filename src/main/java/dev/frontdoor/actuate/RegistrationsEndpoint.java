package dev.frontdoor.actuate;

import dev.frontdoor.connection.Connections;
import dev.frontdoor.connection.Instance;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.LiveTable;
import dev.frontdoor.registration.LiveWorker;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

import java.util.List;

/** The live table: who is here, since when, and held by whom. */
@WebEndpoint(id = "registrations")
public final class RegistrationsEndpoint {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

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
        int rows = limit == null ? DEFAULT_LIMIT : (int) number("limit", limit, MAX_LIMIT);
        WorkerFilter filter = new WorkerFilter(namespace, taskQueue, node, activityType, identity);
        List<LiveWorker> found =
                (before == null
                                ? table.newestFirst()
                                : table.newestFirstBefore(number("before", before, Long.MAX_VALUE)))
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

    /** Disconnects a worker with close code 4500; 404 if there is none. */
    @DeleteOperation
    public WebEndpointResponse<Void> disconnect(@Selector long pid) {
        boolean found = pushes.disconnect(pid, "disconnected by an operator");
        return new WebEndpointResponse<>(
                found
                        ? WebEndpointResponse.STATUS_NO_CONTENT
                        : WebEndpointResponse.STATUS_NOT_FOUND);
    }

    /**
     * Reads a parameter here and not by its type, so that the answer can say which one is wrong.
     */
    private static long number(String name, String value, long max) {
        try {
            long number = Long.parseLong(value);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // It is told below, as a number out of bounds is.
        }
        String reason = "%s must be a number from 1 to %d, was '%s'".formatted(name, max, value);
        throw new InvalidEndpointRequestException(reason, reason);
    }

    private RegistrationDescriptor describe(LiveWorker worker) {
        return RegistrationDescriptor.of(worker, pushes.pending(worker.pid()));
    }
}
