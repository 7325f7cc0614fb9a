package dev.frontdoor.actuate;

import dev.frontdoor.connection.DepartedWorker;
import dev.frontdoor.event.WorkerEntry;
import dev.frontdoor.notifier.WorkerFilter;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Selects departures.
 *
 * @param code the close code; null selects all
 * @param since the earliest end; null selects all
 * @param worker selects by what the worker declared. A worker that was never registered has an
 *     identity only
 */
record DepartureFilter(@Nullable Long code, @Nullable Instant since, WorkerFilter worker) {

    boolean matches(DepartedWorker departed) {
        Instant endedAt = departed.departure().endedAt();
        WorkerEntry entry = departed.worker();
        return (code == null || code == departed.departure().code())
                && (since == null || endedAt.compareTo(since) >= 0)
                && (worker.taskQueue() == null || entry.taskQueue() != null)
                && (worker.identity() == null || entry.identity() != null)
                && worker.matches(registration(entry))
                && worker.matches(entry.holders(), endedAt, entry.userAgent(), entry.labels());
    }

    /** What the worker declared; empty texts for what it did not declare. */
    private static WorkerRegistration registration(WorkerEntry entry) {
        return new WorkerRegistration(
                entry.namespaces(),
                Objects.requireNonNullElse(entry.taskQueue(), ""),
                entry.node(),
                entry.activityTypes(),
                Objects.requireNonNullElse(entry.identity(), ""),
                List.of());
    }
}
