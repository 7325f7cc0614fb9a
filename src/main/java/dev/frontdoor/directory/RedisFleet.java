package dev.frontdoor.directory;

import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.notifier.FleetChange;
import dev.frontdoor.notifier.FleetDirectory;
import dev.frontdoor.notifier.FleetException;
import dev.frontdoor.notifier.FleetFilter;
import dev.frontdoor.notifier.FleetGroups;
import dev.frontdoor.notifier.FleetInstance;
import dev.frontdoor.notifier.FleetPage;
import dev.frontdoor.notifier.FleetWorker;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Function;

/** Answers for the fleet from Redis: each live epoch is asked, and the answers are merged. */
final class RedisFleet implements FleetDirectory {

    private static final int MAX_LIMIT = 1000;

    private final Redis redis;
    private final EpochSet epochs;
    private final EpochReader reader;
    private final FleetPages pages;
    private final FilterTerms terms;
    private final ChangeStream changes;
    private final Duration lease;

    /** Answers from Redis. */
    RedisFleet(Redis redis, FilterTerms terms, ChangeStream changes, Duration lease) {
        this.redis = redis;
        this.epochs = new EpochSet(redis);
        this.reader = new EpochReader(redis);
        this.pages = new FleetPages(reader, this::readable);
        this.terms = terms;
        this.changes = changes;
        this.lease = lease;
    }

    @Override
    public CompletableFuture<Optional<FleetWorker>> find(String instance, long pid) {
        return readable()
                .thenCompose(epochs ->
                        all(
                                epochs.stream()
                                        .filter(epoch -> epoch.instance().equals(instance))
                                        .toList(),
                                epoch -> reader.find(epoch, pid)))
                .thenApply(found -> found.stream().flatMap(Optional::stream).findFirst());
    }

    @Override
    public CompletableFuture<FleetPage> list(
            FleetFilter filter, int limit, @Nullable String after) {
        check(limit);
        Cursor cursor = after == null ? null : Cursor.parse(after);
        return pages.page(terms.of(filter), limit, cursor);
    }

    @Override
    public CompletableFuture<Long> count(FleetFilter filter) {
        List<String> selected = terms.of(filter);
        return readable()
                .thenCompose(epochs -> all(epochs, epoch -> reader.count(epoch, selected)))
                .thenApply(counts -> counts.stream().mapToLong(Long::longValue).sum());
    }

    @Override
    public CompletableFuture<FleetGroups> groups(FleetFilter filter, String by, int limit) {
        check(limit);
        String field = terms.field(by);
        List<String> selected = terms.of(filter);
        GroupSums sums = new GroupSums();
        return readable()
                .thenCompose(epochs ->
                        all(
                                epochs,
                                epoch ->
                                        selected.isEmpty()
                                                ? reader.groups(epoch, field, sums)
                                                : reader.rows(
                                                        epoch,
                                                        selected,
                                                        row ->
                                                                terms.values(field, row)
                                                                        .forEach(value ->
                                                                                sums.add(
                                                                                        value,
                                                                                        1)))))
                .thenApply(_ -> sums.largest(limit));
    }

    @Override
    public CompletableFuture<List<FleetInstance>> instances() {
        return epochs.all()
                .thenCompose(known ->
                        all(
                                List.copyOf(known.entrySet()),
                                entry -> instance(entry.getKey(), entry.getValue())))
                .thenApply(found ->
                        found.stream()
                                .flatMap(Optional::stream)
                                .sorted(
                                        Comparator.comparing(FleetInstance::name)
                                                .thenComparingLong(FleetInstance::epoch))
                                .toList());
    }

    @Override
    public Flow.Publisher<FleetChange> stream() {
        return changes;
    }

    private CompletableFuture<Optional<FleetInstance>> instance(Epoch epoch, long renewed) {
        if (!epoch.isReadable()) {
            return CompletableFuture.completedFuture(
                    Optional.of(
                            new FleetInstance(
                                    epoch.instance(),
                                    epoch.number(),
                                    false,
                                    Instant.ofEpochMilli(renewed),
                                    Instant.ofEpochMilli(renewed),
                                    "",
                                    epoch.schema(),
                                    0,
                                    false)));
        }
        return redis.start(Script.FACTS, List.of(epoch.facts()))
                .thenApply(reply ->
                        Optional.ofNullable(Facts.of(reply))
                                .map(facts ->
                                        new FleetInstance(
                                                epoch.instance(),
                                                epoch.number(),
                                                facts.isLive(),
                                                Instant.ofEpochMilli(facts.renewed()),
                                                Instant.ofEpochMilli(facts.expires()),
                                                facts.version(),
                                                epoch.schema(),
                                                facts.entries(),
                                                facts.draining())));
    }

    /**
     * The epochs that can be read. A newer schema that is in use fails the read: an answer without
     * these workers would be wrong.
     */
    private CompletableFuture<List<Epoch>> readable() {
        return epochs.all()
                .thenApply(known -> {
                    long latest =
                            known.values().stream().mapToLong(Long::longValue).max().orElse(0);
                    known.forEach((epoch, renewed) -> {
                        if (epoch.schema() > Epoch.SCHEMA
                                && latest - renewed < lease.multipliedBy(2).toMillis()) {
                            throw new FleetException(
                                    "instance %s writes schema %s of the directory; this instance reads up to %s"
                                            .formatted(
                                                    DisplayText.of(epoch.instance()),
                                                    epoch.schema(),
                                                    Epoch.SCHEMA),
                                    null);
                        }
                    });
                    return known.keySet().stream().filter(Epoch::isReadable).toList();
                });
    }

    private static void check(int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException(
                    "limit must be from 1 to %s, was %s".formatted(MAX_LIMIT, limit));
        }
    }

    /** The results of one call for each. */
    static <A, B extends @Nullable Object> CompletableFuture<List<B>> all(
            List<A> of, Function<A, CompletableFuture<B>> call) {
        List<CompletableFuture<B>> results = of.stream().map(call).toList();
        return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                .thenApply(_ -> {
                    List<B> values = new ArrayList<>(results.size());
                    results.forEach(result -> values.add(result.join()));
                    return values;
                });
    }
}
