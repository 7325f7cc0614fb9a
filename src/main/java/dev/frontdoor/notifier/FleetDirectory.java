package dev.frontdoor.notifier;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * The registered workers of all instances that share one directory, to read. All methods may be
 * called from any thread and return without waiting. What they answer is a little older than the
 * live table of each instance: a change arrives within milliseconds, and after an outage of Redis
 * within seconds. The workers of an instance without a live lease are never shown.
 *
 * <p>A future fails with a {@link FleetException} if the directory cannot answer. It completes on a
 * thread that must not wait.
 */
public interface FleetDirectory {

    /**
     * One worker.
     *
     * @param instance the name of the process that it is connected to
     * @param pid the number of its connection
     * @return empty if no such worker is registered
     */
    CompletableFuture<Optional<FleetWorker>> find(String instance, long pid);

    /**
     * The next workers that a filter selects, latest registration first, then by instance and pid.
     *
     * @param limit the maximum number of rows, 1 to 1000
     * @param after {@link FleetPage#next()} of the page before, or the cursor of a row; null for
     *     the first page
     * @throws IllegalArgumentException if the limit or the cursor is not allowed, or if the filter
     *     names a label that is not indexed
     */
    CompletableFuture<FleetPage> list(FleetFilter filter, int limit, @Nullable String after);

    /**
     * How many workers a filter selects.
     *
     * @throws IllegalArgumentException if the filter names a label that is not indexed
     */
    CompletableFuture<Long> count(FleetFilter filter);

    /**
     * How many workers there are by a property, the largest group first. A worker with several
     * values is in several groups.
     *
     * @param by {@code namespace}, {@code taskQueue}, {@code node}, {@code activityType}, {@code
     *     identity}, or {@code label:NAME} with the name of an indexed label
     * @param limit the maximum number of groups, 1 to 1000
     * @throws IllegalArgumentException if the property is none of these
     */
    CompletableFuture<FleetGroups> groups(FleetFilter filter, String by, int limit);

    /** The instances that the directory knows, by name. */
    CompletableFuture<List<FleetInstance>> instances();

    /**
     * The changes from now on, of all instances. It takes up to a renewal interval until the first
     * one arrives. The changes of one epoch of one instance have the numbers 1, 2, and so on. Each
     * subscriber has a bounded buffer of its own; one that is too slow misses changes, and sees
     * that by a missing number. If changes were lost on their way, the stream ends with a {@link
     * FleetException}. Whoever misses a change should subscribe, and then read the workers again.
     */
    Flow.Publisher<FleetChange> stream();
}
