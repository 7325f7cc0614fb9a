package dev.frontdoor.actuate;

import dev.frontdoor.push.PushService;
import dev.frontdoor.registration.LiveWorker;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.Stream;

/** The order of rows of the live table. Those by pid have pages, since a pid does not change. */
enum RowOrder {
    NEWEST("newest"),
    OLDEST("oldest"),
    IDENTITY("identity"),
    REGISTERED("registered"),
    PENDING_PUSHES("pendingPushes");

    private final String parameter;

    RowOrder(String parameter) {
        this.parameter = parameter;
    }

    /** The order with that name; null means the first. */
    static RowOrder of(@Nullable String sort) {
        List<String> names = Stream.of(values()).map(order -> order.parameter).toList();
        return values()[names.indexOf(ParameterValues.oneOf("sort", sort, names))];
    }

    boolean hasPages() {
        return this == NEWEST || this == OLDEST;
    }

    /** Whether a row with a pid comes after the page whose last row has the pid {@code before}. */
    LongPredicate after(@Nullable String before) {
        if (before == null) {
            return _ -> true;
        }
        if (!hasPages()) {
            ParameterValues.requireAbsent("sort=" + parameter, "before", before);
        }
        long last = ParameterValues.number("before", before, 1, Long.MAX_VALUE);
        return pid -> this == OLDEST ? pid > last : pid < last;
    }

    /** Sorts rows, which come newest connection first. */
    List<LiveWorker> sort(Stream<LiveWorker> newestFirst, PushService pushes) {
        return switch (this) {
            case NEWEST -> newestFirst.toList();
            case OLDEST -> newestFirst.toList().reversed();
            case IDENTITY ->
                    newestFirst
                            .sorted(Comparator.comparing(row -> row.registration().identity()))
                            .toList();
            case REGISTERED ->
                    newestFirst
                            .sorted((one, other) -> Long.signum(other.since() - one.since()))
                            .toList();
            case PENDING_PUSHES ->
                    newestFirst
                            .map(row -> new Pending(row, pushes.pending(row.pid())))
                            .sorted(Comparator.comparingInt(Pending::count).reversed())
                            .map(Pending::row)
                            .toList();
        };
    }

    /** A row with a count that does not change while it is sorted. */
    private record Pending(LiveWorker row, int count) {}
}
