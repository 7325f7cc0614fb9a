package dev.frontdoor.actuate;

import dev.frontdoor.connection.Instance;
import dev.frontdoor.notifier.Fleet;
import dev.frontdoor.notifier.FleetException;
import dev.frontdoor.notifier.FleetFilter;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

import reactor.core.publisher.Mono;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Lists the workers and the instances of the fleet. */
@WebEndpoint(id = "fleet")
public final class FleetEndpoint {

    private final @Nullable Fleet directory;
    private final Instance instance;

    /**
     * An endpoint.
     *
     * @param directory null if it is not enabled
     */
    FleetEndpoint(@Nullable Fleet directory, Instance instance) {
        this.directory = directory;
        this.instance = instance;
    }

    /**
     * Returns a page of workers of all instances, latest registration first, or counts of them by
     * group. The filters are exact; null matches all workers. The status is 404 without a
     * directory, and 503 if the directory cannot answer.
     *
     * @param label selects workers that have an indexed label, as {@code NAME:VALUE}
     * @param groupBy counts the workers by this property instead; null returns rows
     * @param limit maximum number of rows or groups, 1 to 1000; null means 100
     * @param before selects the rows after that place: {@code next} of the previous page; null
     *     selects the first page
     */
    @ReadOperation
    public Mono<Object> fleet(
            @Nullable String namespace,
            @Nullable String taskQueue,
            @Nullable String node,
            @Nullable String activityType,
            @Nullable String identity,
            @Nullable String label,
            @Nullable String groupBy,
            @Nullable String limit,
            @Nullable String before) {
        Fleet fleet = enabled();
        int rows = ParameterValues.limit(limit);
        FleetFilter filter =
                new FleetFilter(
                        namespace,
                        taskQueue,
                        node,
                        activityType,
                        identity,
                        ParameterValues.label(label));
        if (groupBy != null) {
            ParameterValues.requireAbsent("groupBy", "before", before);
            return answer(ParameterValues.valid(() -> fleet.groups(filter, groupBy, rows)))
                    .map(FleetGroupsDescriptor::of);
        }
        var page = ParameterValues.valid(() -> fleet.list(filter, rows, before));
        return answer(
                page.thenCombine(fleet.count(filter), FleetDescriptor.Workers::new)
                        .thenCombine(
                                fleet.instances(),
                                (workers, instances) ->
                                        FleetDescriptor.of(instance.name(), instances, workers)));
    }

    private Fleet enabled() {
        if (directory == null) {
            throw new ResponseStatusException(
                    HttpStatus.NOT_FOUND, "the fleet needs frontdoor.directory.enabled");
        }
        return directory;
    }

    private static <T> Mono<T> answer(CompletableFuture<T> future) {
        return Mono.fromFuture(future)
                .onErrorMap(failure ->
                        failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure)
                .onErrorMap(
                        FleetException.class,
                        failure ->
                                new ResponseStatusException(
                                        HttpStatus.SERVICE_UNAVAILABLE,
                                        failure.getMessage(),
                                        failure));
    }
}
