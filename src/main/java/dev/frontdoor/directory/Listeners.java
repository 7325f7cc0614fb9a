package dev.frontdoor.directory;

import dev.frontdoor.directory.DirectoryMetrics.Cleanup;
import dev.frontdoor.logging.RepeatedLines;
import dev.frontdoor.logging.RepeatedLines.Kind;
import dev.frontdoor.notifier.FleetListener;
import dev.frontdoor.notifier.FleetWorker;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Calls the listeners of the fleet, one after the other. Used by one thread at a time. */
final class Listeners {

    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

    private final Supplier<List<FleetListener>> listeners;
    private final RepeatedLines lines;
    private final DirectoryMetrics metrics;

    /**
     * Calls listeners.
     *
     * @param listeners all of them, in their order
     */
    Listeners(
            Supplier<List<FleetListener>> listeners,
            RepeatedLines lines,
            DirectoryMetrics metrics) {
        this.listeners = listeners;
        this.lines = lines;
        this.metrics = metrics;
    }

    /** The instance of a worker has died. */
    void lost(FleetWorker worker) {
        report(Cleanup.LOST, worker);
        call(
                worker,
                listener ->
                        listener.onWorkerLost(
                                worker.instance(), worker.pid(), worker.registration()));
    }

    /** The instance of a worker has died, but the worker is connected to another one. */
    void moved(FleetWorker worker, FleetWorker to) {
        report(Cleanup.MOVED, worker);
        call(
                worker,
                listener ->
                        listener.onWorkerMoved(
                                worker.instance(), worker.pid(), worker.registration(), to));
    }

    /** A worker that was reported lost is connected. */
    void returned(FleetWorker worker) {
        report(Cleanup.RETURNED, worker);
        call(
                worker,
                listener ->
                        listener.onWorkerReturned(
                                worker.instance(), worker.pid(), worker.registration()));
    }

    private void report(Cleanup cleanup, FleetWorker worker) {
        metrics.cleanedUp(cleanup);
        lines.log(
                Kind.EVENT,
                "workers of dead instances",
                worker.instance(),
                () ->
                        log.info(
                                "pid {} of instance {}: worker {}",
                                worker.pid(),
                                worker.instance(),
                                cleanup.label()));
    }

    private void call(FleetWorker worker, Consumer<FleetListener> call) {
        for (FleetListener listener : listeners.get()) {
            try {
                call.accept(listener);
            } catch (RuntimeException | Error e) {
                lines.log(
                        Kind.FAULT,
                        "failed calls of listeners",
                        listener.getClass().getName(),
                        () ->
                                log.error(
                                        "pid {} of instance {}: {} failed",
                                        worker.pid(),
                                        worker.instance(),
                                        listener.getClass().getName(),
                                        e));
            }
        }
    }
}
