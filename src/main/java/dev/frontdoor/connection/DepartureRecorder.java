package dev.frontdoor.connection;

import dev.frontdoor.event.DepartureEntry;
import dev.frontdoor.event.Event;
import dev.frontdoor.event.EventLog;
import dev.frontdoor.invocation.WorkerMdc;
import dev.frontdoor.notifier.Departure;
import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.EventEntries;
import dev.frontdoor.registration.LiveFacts;
import dev.frontdoor.registration.LiveWorker;
import dev.frontdoor.registration.RefusalLog;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import java.time.Duration;

/**
 * Tells operators of each connection that has ended: in the list of departures, in the events, in
 * the log, and in the count of those that were refused. Used by any thread.
 */
final class DepartureRecorder {

    private static final Logger log = LoggerFactory.getLogger(Connections.class);

    private final Departures departures;
    private final ConnectionMetrics metrics;
    private final RefusalLog refusals;
    private final EventLog events;
    private final Clock clock;

    DepartureRecorder(
            Departures departures,
            ConnectionMetrics metrics,
            RefusalLog refusals,
            EventLog events,
            Clock clock) {
        this.departures = departures;
        this.metrics = metrics;
        this.refusals = refusals;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Records one end.
     *
     * @param worker its row in the live table, which it has left; null if it had none
     * @param departure the same end, with its time
     * @param stranger whether it was never known to be a worker's
     */
    void record(
            WorkerConnection connection,
            @Nullable LiveWorker worker,
            ConnectionEnd end,
            Departure departure,
            boolean stranger) {
        DepartedWorker departed = departed(connection, worker, departure);
        boolean beyondLimit = end.isOfService(CloseCause.CONNECTION_LIMIT);
        if (beyondLimit || stranger) {
            metrics.refused();
        } else {
            departures.add(departed);
            if (worker == null) {
                events.record(
                        new Event.Departed(
                                EventEntries.unregistered(connection.facts(), departed.identity()),
                                DepartureEntry.of(departure)));
            }
        }
        if (beyondLimit) {
            refusals.log(
                    "connections beyond a limit",
                    connection.remoteAddress(),
                    () -> log(departed, Level.WARN));
        } else if (departed.registeredAt() == null) {
            log(departed, Level.DEBUG);
        } else {
            refusals.logEvent(
                    "disconnected workers",
                    connection.remoteAddress(),
                    () -> log(departed, Level.INFO));
        }
    }

    private static void log(DepartedWorker departed, Level level) {
        Departure departure = departed.departure();
        String identity = departed.identity();
        try (WorkerMdc _ = WorkerMdc.of(departed.pid(), identity)) {
            log.atLevel(level)
                    .log(
                            "pid {}: worker '{}' at {} disconnected: code {}, by {}{}",
                            departed.pid(),
                            identity == null ? "" : identity,
                            departed.connection().remoteAddress(),
                            departure.code(),
                            departure.initiator().label(),
                            departure.reason().isEmpty() ? "" : ": " + departure.reason());
        }
    }

    private DepartedWorker departed(
            WorkerConnection connection, @Nullable LiveWorker worker, Departure departure) {
        LiveFacts facts = connection.facts();
        if (worker == null) {
            String identity = connection.setup().declaredIdentity();
            return new DepartedWorker(
                    facts.snapshot(),
                    EventEntries.unregistered(facts, identity),
                    identity,
                    null,
                    null,
                    departure);
        }
        return new DepartedWorker(
                facts.snapshot(),
                worker.entry(),
                DisplayText.of(worker.registration().identity()),
                worker.registeredAt(),
                Duration.ofNanos(clock.monotonicTime() - worker.since()),
                departure);
    }
}
