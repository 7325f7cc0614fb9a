package dev.frontdoor.actuate;

import dev.frontdoor.actuate.access.CurrentOperator;
import dev.frontdoor.connection.drain.Evictions;
import dev.frontdoor.connection.drain.WorkerEviction;
import dev.frontdoor.notifier.EvictionProgress;
import dev.frontdoor.notifier.EvictionRequest;
import dev.frontdoor.notifier.WorkerFilter;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

import reactor.core.publisher.Mono;

import java.time.Instant;
import java.util.List;

/** Evicts workers, cancels evictions, and reports their progress. */
@WebEndpoint(id = "evictions")
public final class EvictionsEndpoint {

    private final Evictions evictions;
    private final Clock clock;

    EvictionsEndpoint(Evictions evictions, Clock clock) {
        this.evictions = evictions;
        this.clock = clock;
    }

    /** Returns the evictions in progress and the latest that have ended. */
    @ReadOperation
    public EvictionsDescriptor evictions() {
        return new EvictionsDescriptor(
                evictions.newestFirst().stream().map(EvictionDescriptor::of).toList());
    }

    /** Returns one eviction. The status is 404 if there is none. */
    @ReadOperation
    public EvictionDescriptor eviction(@Selector String id) {
        return EvictionDescriptor.of(find(id));
    }

    /**
     * Starts an eviction and returns at once. Filters compare as those of {@code GET
     * /registrations}. Either {@code count} or {@code share} is required, so that a forgotten
     * filter does not evict all workers. The status is 409 if the service drains, or too many
     * evictions are in progress.
     *
     * @param label selects workers that have a label, as {@code NAME:VALUE}
     * @param holder selects workers that such a notifier holds
     * @param since selects workers registered at that date or later, or not longer ago than that
     *     age
     * @param count how many workers are evicted at most, 1 or more
     * @param share the part of the selected workers that is evicted, more than 0 and at most 1
     * @param ratePerSecond closes per second, 1 or more; null means the drain's setting
     * @param deadline the time until the last close, at most 24h; null means that it follows from
     *     the rate or, without one, the drain's settings
     * @param comeBack {@code true}, which null means too, to close with 1012; {@code false} to
     *     close with 4502
     */
    @WriteOperation
    public Mono<EvictionDescriptor> evict(
            @Nullable String namespace,
            @Nullable String taskQueue,
            @Nullable String node,
            @Nullable String activityType,
            @Nullable String identity,
            @Nullable String userAgent,
            @Nullable String label,
            @Nullable String holder,
            @Nullable String since,
            @Nullable String count,
            @Nullable String share,
            @Nullable String ratePerSecond,
            @Nullable String deadline,
            @Nullable String comeBack) {
        ParameterValues.requireEither("count", count, "share", share);
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
        EvictionRequest request =
                ParameterValues.change(() ->
                        new EvictionRequest(
                                filter,
                                null,
                                count == null ? null : number("count", count),
                                share == null ? null : ParameterValues.fraction("share", share),
                                ratePerSecond == null
                                        ? null
                                        : number("ratePerSecond", ratePerSecond),
                                deadline == null
                                        ? null
                                        : ParameterValues.duration("deadline", deadline),
                                ParameterValues.oneOf(
                                                "comeBack", comeBack, List.of("true", "false"))
                                        .equals("true")));
        return CurrentOperator.call(operator ->
                EvictionDescriptor.of(
                        ParameterValues.change(() -> evictions.evict(request, operator))));
    }

    /**
     * Cancels an eviction. One that has ended stays as it is. The status is 404 if there is none.
     */
    @DeleteOperation
    public EvictionDescriptor cancel(@Selector String id) {
        WorkerEviction eviction = find(id);
        boolean _ = eviction.cancel();
        return EvictionDescriptor.of(eviction);
    }

    private WorkerEviction find(String id) {
        return evictions
                .find(ParameterValues.number("id", id, 1, Long.MAX_VALUE))
                .orElseThrow(() ->
                        new ResponseStatusException(
                                HttpStatus.NOT_FOUND, "there is no eviction " + id));
    }

    private static int number(String name, String value) {
        return (int) ParameterValues.number(name, value, 1, Integer.MAX_VALUE);
    }

    /**
     * All evictions that are remembered.
     *
     * @param evictions newest first
     */
    public record EvictionsDescriptor(List<EvictionDescriptor> evictions) {}

    /**
     * One eviction.
     *
     * @param id its number
     * @param state {@code running}, {@code finished}, {@code canceled}, or {@code superseded} by a
     *     drain
     * @param by who asked for it
     * @param comeBack whether the workers are invited back
     * @param selected number of workers that were chosen when it began
     * @param remaining how many of them are still connected, or were when it ended
     * @param startedAt when it began
     * @param deadline when the last of their connections is closed
     */
    public record EvictionDescriptor(
            long id,
            String state,
            String by,
            boolean comeBack,
            int selected,
            int remaining,
            Instant startedAt,
            Instant deadline) {

        private static EvictionDescriptor of(WorkerEviction eviction) {
            EvictionProgress progress = eviction.progress();
            return new EvictionDescriptor(
                    eviction.id(),
                    progress.state().label(),
                    eviction.by(),
                    eviction.comeBack(),
                    progress.selected(),
                    progress.remaining(),
                    progress.startedAt(),
                    progress.deadline());
        }
    }
}
