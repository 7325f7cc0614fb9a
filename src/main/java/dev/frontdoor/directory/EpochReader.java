package dev.frontdoor.directory;

import dev.frontdoor.notifier.FleetWorker;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Reads the entries of one epoch, in calls that take little time each. */
final class EpochReader {

    /** Ranks that one call looks at. */
    private static final int LOOKED_AT = 1000;

    /** Bytes after which a page ends before it has the rows that were asked for. */
    private static final int MAX_BYTES = 1024 * 1024;

    private final Redis redis;

    EpochReader(Redis redis) {
        this.redis = redis;
    }

    /**
     * Rows of an epoch, latest registration first.
     *
     * @param hasMore whether there may be more after the last; then there is at least one row
     */
    record Page(List<FleetWorker> rows, boolean hasMore) {}

    CompletableFuture<Optional<FleetWorker>> find(Epoch epoch, long pid) {
        return redis.start(Script.FIND, List.of(epoch.facts()), pid)
                .thenApply(reply ->
                        reply.bytes(0).length == 0
                                ? Optional.empty()
                                : Optional.of(Entry.read(epoch.instance(), reply.bytes(0))));
    }

    CompletableFuture<Page> page(Epoch epoch, List<String> terms, String upper, int limit) {
        return page(epoch, terms, upper, limit, new ArrayList<>(), 0);
    }

    CompletableFuture<Long> count(Epoch epoch, List<String> terms) {
        return count(epoch, terms, "+", 0);
    }

    /** Visits all rows. */
    CompletableFuture<@Nullable Void> rows(
            Epoch epoch, List<String> terms, Consumer<FleetWorker> visit) {
        return rows(epoch, terms, "+", visit);
    }

    /** Adds the numbers of workers by the values of a field. */
    CompletableFuture<@Nullable Void> groups(Epoch epoch, String field, GroupSums sums) {
        return groups(epoch, field, "0", new HashMap<>())
                .thenApply(counts -> {
                    counts.forEach(sums::add);
                    return null;
                });
    }

    private CompletableFuture<Page> page(
            Epoch epoch,
            List<String> terms,
            String upper,
            int limit,
            List<FleetWorker> rows,
            int bytes) {
        return read(epoch, terms, upper, limit - rows.size(), "rows")
                .thenCompose(reply -> {
                    if (!reply.state().equals("OK")) {
                        return CompletableFuture.completedFuture(new Page(List.of(), false));
                    }
                    int size = bytes;
                    for (byte[] entry : reply.entries(2)) {
                        rows.add(Entry.read(epoch.instance(), entry));
                        size += entry.length;
                    }
                    String next = reply.text(3);
                    boolean full = rows.size() >= limit || (size > MAX_BYTES && !rows.isEmpty());
                    return next.isEmpty() || full
                            ? CompletableFuture.completedFuture(new Page(rows, !next.isEmpty()))
                            : page(epoch, terms, next, limit, rows, size);
                });
    }

    private CompletableFuture<Long> count(
            Epoch epoch, List<String> terms, String upper, long before) {
        return read(epoch, terms, upper, 1, "count")
                .thenCompose(reply -> {
                    if (!reply.state().equals("OK")) {
                        return CompletableFuture.completedFuture(0L);
                    }
                    long sum = before + reply.number(1);
                    String next = reply.text(3);
                    return next.isEmpty()
                            ? CompletableFuture.completedFuture(sum)
                            : count(epoch, terms, next, sum);
                });
    }

    private CompletableFuture<@Nullable Void> rows(
            Epoch epoch, List<String> terms, String upper, Consumer<FleetWorker> visit) {
        return read(epoch, terms, upper, LOOKED_AT, "rows")
                .thenCompose(reply -> {
                    if (!reply.state().equals("OK")) {
                        return CompletableFuture.completedFuture(null);
                    }
                    reply.entries(2)
                            .forEach(entry -> visit.accept(Entry.read(epoch.instance(), entry)));
                    String next = reply.text(3);
                    return next.isEmpty()
                            ? CompletableFuture.completedFuture(null)
                            : rows(epoch, terms, next, visit);
                });
    }

    private CompletableFuture<Map<String, Long>> groups(
            Epoch epoch, String field, String cursor, Map<String, Long> counts) {
        return redis.start(Script.GROUPS, List.of(epoch.facts()), field, cursor)
                .thenCompose(reply -> {
                    List<String> found = reply.texts(1);
                    for (int i = 0; i + 1 < found.size(); i += 2) {
                        counts.put(found.get(i), Long.parseLong(found.get(i + 1)));
                    }
                    return reply.text(0).equals("0")
                            ? CompletableFuture.completedFuture(counts)
                            : groups(epoch, field, reply.text(0), counts);
                });
    }

    private CompletableFuture<Reply> read(
            Epoch epoch, List<String> terms, String upper, int rows, String what) {
        List<Object> arguments = new ArrayList<>(List.of(upper, rows, LOOKED_AT, what));
        arguments.addAll(terms);
        return redis.start(Script.PAGE, List.of(epoch.facts()), arguments.toArray());
    }
}
