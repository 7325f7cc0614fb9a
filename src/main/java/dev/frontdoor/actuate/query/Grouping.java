package dev.frontdoor.actuate.query;

import dev.frontdoor.connection.DepartedWorker;
import dev.frontdoor.event.WorkerEntry;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.protocol.WorkerRegistration;
import dev.frontdoor.registration.LiveWorker;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A property by which rows are grouped. A row with several values is in several groups, one without
 * a value is in the group of null.
 *
 * @param <T> the type of a row
 */
public final class Grouping<T> {

    private static final String WORKER_NAMES =
            "namespace, taskQueue, node, activityType, userAgent, label:NAME";
    private static final String LABEL = "label:";

    private final Values<T> values;
    private final Function<T, Instant> date;

    private Grouping(Values<T> values, Function<T, Instant> date) {
        this.values = values;
        this.date = date;
    }

    /**
     * A grouping of registered workers, whose date is that of their registration.
     *
     * @throws IllegalArgumentException if there is none of this name; the message names those there
     *     are
     */
    public static Grouping<LiveWorker> ofWorkers(String name) {
        return new Grouping<>(
                switch (name) {
                    case "namespace" -> list(worker -> registration(worker).namespaces());
                    case "taskQueue" -> one(worker -> registration(worker).taskQueue());
                    case "node" -> one(worker -> registration(worker).node());
                    case "activityType" -> list(worker -> registration(worker).activityTypes());
                    case "userAgent" -> one(worker -> worker.link().facts().origin().userAgent());
                    default -> {
                        String label = label(name, WORKER_NAMES);
                        yield one(worker -> worker.link().facts().labels().get(label));
                    }
                },
                LiveWorker::registeredAt);
    }

    /**
     * A grouping of departures, whose date is that of their end.
     *
     * @throws IllegalArgumentException if there is none of this name; the message names those there
     *     are
     */
    public static Grouping<DepartedWorker> ofDepartures(String name) {
        return new Grouping<>(
                switch (name) {
                    case "namespace" -> list(departed -> departed.worker().namespaces());
                    case "taskQueue" -> entry(WorkerEntry::taskQueue);
                    case "node" -> entry(WorkerEntry::node);
                    case "activityType" -> list(departed -> departed.worker().activityTypes());
                    case "userAgent" -> entry(WorkerEntry::userAgent);
                    case "code" -> one(departed -> Integer.toString(departed.departure().code()));
                    case "by" -> one(departed -> departed.departure().initiator().label());
                    default -> {
                        String label = label(name, WORKER_NAMES + ", code, by");
                        yield entry(worker -> worker.labels().get(label));
                    }
                },
                departed -> departed.departure().endedAt());
    }

    void eachValue(T row, Consumer<@Nullable String> sink) {
        values.each(row, sink);
    }

    Instant date(T row) {
        return date.apply(row);
    }

    private static WorkerRegistration registration(LiveWorker worker) {
        return worker.registration();
    }

    private static String label(String name, String names) {
        if (!name.startsWith(LABEL) || name.length() == LABEL.length()) {
            throw new IllegalArgumentException(
                    "groupBy must be one of %s, was '%s'".formatted(names, DisplayText.of(name)));
        }
        return name.substring(LABEL.length());
    }

    private static Values<DepartedWorker> entry(Function<WorkerEntry, @Nullable String> property) {
        return one(departed -> property.apply(departed.worker()));
    }

    private static <T> Values<T> one(Function<T, @Nullable String> property) {
        return (row, sink) -> sink.accept(property.apply(row));
    }

    private static <T> Values<T> list(Function<T, List<String>> property) {
        return (row, sink) -> {
            List<String> found = property.apply(row);
            if (found.isEmpty()) {
                sink.accept(null);
            }
            // Without an iterator, which would cost memory for each row.
            for (int i = 0; i < found.size(); i++) {
                sink.accept(found.get(i));
            }
        };
    }

    /** The values that a row has. */
    @FunctionalInterface
    private interface Values<T> {

        void each(T row, Consumer<@Nullable String> sink);
    }
}
