package dev.frontdoor.actuate;

import dev.frontdoor.notifier.WorkerFilter;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/** Makes a filter of the parameters of a request. */
final class WorkerFilters {

    private WorkerFilters() {}

    /**
     * A filter; a value that is null matches all workers.
     *
     * @param label {@code NAME:VALUE}
     * @param holder not empty: no notifier has such a name, while a worker may declare empty texts
     * @throws org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException if a value
     *     is not allowed; the response has status 400
     */
    static WorkerFilter of(
            @Nullable String namespace,
            @Nullable String taskQueue,
            @Nullable String node,
            @Nullable String activityType,
            @Nullable String identity,
            @Nullable String userAgent,
            @Nullable String label,
            @Nullable String holder,
            @Nullable Instant since) {
        return ParameterValues.valid(() -> {
            if (holder != null && holder.isEmpty()) {
                throw new IllegalArgumentException("holder must be the name of a notifier");
            }
            return new WorkerFilter(
                    namespace,
                    taskQueue,
                    node,
                    activityType,
                    identity,
                    userAgent,
                    ParameterValues.label(label),
                    holder,
                    since);
        });
    }
}
