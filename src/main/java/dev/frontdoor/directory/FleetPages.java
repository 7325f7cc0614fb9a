package dev.frontdoor.directory;

import dev.frontdoor.notifier.FleetPage;
import dev.frontdoor.notifier.FleetWorker;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Pages of workers of all instances. Each instance is asked for a share of the rows only, since a
 * page of a large fleet has few rows of each.
 */
final class FleetPages {

    private static final int SMALLEST_SHARE = 10;

    private final EpochReader reader;
    private final Supplier<CompletableFuture<List<Epoch>>> epochs;

    /**
     * Pages of these workers.
     *
     * @param epochs all epochs that can be read
     */
    FleetPages(EpochReader reader, Supplier<CompletableFuture<List<Epoch>>> epochs) {
        this.reader = reader;
        this.epochs = epochs;
    }

    /**
     * A page.
     *
     * @param cursor the row before; null for the first page
     */
    CompletableFuture<FleetPage> page(List<String> selected, int limit, @Nullable Cursor cursor) {
        return epochs.get()
                .thenCompose(known -> {
                    int share = share(limit, known.size());
                    return parts(known, selected, share, cursor)
                            .thenCompose(parts -> {
                                FleetPage page = merge(parts, limit);
                                String next = page.next();
                                return next == null || !isShort(parts, share)
                                        ? CompletableFuture.completedFuture(page)
                                        : completed(page, known, selected, limit, next);
                            });
                });
    }

    /** The page with what is missing: its latest rows are those of few instances. */
    private CompletableFuture<FleetPage> completed(
            FleetPage page, List<Epoch> known, List<String> selected, int limit, String next) {
        int missing = limit - page.workers().size();
        if (missing == 0) {
            return CompletableFuture.completedFuture(page);
        }
        return parts(known, selected, missing, Cursor.parse(next))
                .thenApply(parts -> merge(parts, missing))
                .thenApply(rest ->
                        new FleetPage(
                                Stream.concat(page.workers().stream(), rest.workers().stream())
                                        .toList(),
                                rest.next()));
    }

    private CompletableFuture<List<EpochReader.Page>> parts(
            List<Epoch> known, List<String> selected, int rows, @Nullable Cursor cursor) {
        return RedisFleet.all(
                known,
                epoch ->
                        reader.page(
                                epoch,
                                selected,
                                cursor == null ? "+" : cursor.upperBound(epoch.instance()),
                                rows));
    }

    /** Whether more rows were there than were asked for, and not only more bytes. */
    private static boolean isShort(List<EpochReader.Page> parts, int share) {
        return parts.stream()
                .filter(EpochReader.Page::hasMore)
                .allMatch(part -> part.rows().size() == share);
    }

    /** Rows that each instance is asked for at first: together about twice those of a page. */
    private static int share(int limit, int instances) {
        return Math.min(limit, Math.max(SMALLEST_SHARE, 2 * limit / Math.max(1, instances)));
    }

    /**
     * Merges pages. A page that is not the last of its epoch says nothing about rows after its own
     * last one, so no such row of another epoch is taken.
     */
    private static FleetPage merge(List<EpochReader.Page> pages, int limit) {
        FleetWorker bound =
                pages.stream()
                        .filter(EpochReader.Page::hasMore)
                        .map(page -> page.rows().getLast())
                        .min(Cursor.ORDER)
                        .orElse(null);
        List<FleetWorker> rows =
                pages.stream()
                        .flatMap(page -> page.rows().stream())
                        .sorted(Cursor.ORDER)
                        .filter(row -> bound == null || Cursor.ORDER.compare(row, bound) <= 0)
                        .toList();
        boolean more = bound != null || rows.size() > limit;
        List<FleetWorker> first = rows.subList(0, Math.min(limit, rows.size()));
        return new FleetPage(first, more ? first.getLast().cursor() : null);
    }
}
