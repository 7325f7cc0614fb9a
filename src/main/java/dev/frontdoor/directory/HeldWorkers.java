package dev.frontdoor.directory;

import dev.frontdoor.notifier.ConnectedWorker;
import dev.frontdoor.notifier.ConnectionFacts;
import dev.frontdoor.notifier.FleetWorker;
import dev.frontdoor.notifier.Principal;
import dev.frontdoor.protocol.WorkerRegistration;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongFunction;

/**
 * The workers of this instance that belong into the directory, as they are now. Used by any thread.
 */
final class HeldWorkers {

    /** By pid, a registration that is not decided yet, if there is one. */
    private final ConcurrentMap<Long, Optional<Undecided>> held = new ConcurrentHashMap<>();

    private final LongFunction<Optional<ConnectedWorker>> workers;
    private final LongFunction<Optional<ConnectionFacts>> connections;
    private final String instance;

    /**
     * No worker of an instance.
     *
     * @param workers the registered worker of a pid
     * @param connections what is known of a pid
     */
    HeldWorkers(
            LongFunction<Optional<ConnectedWorker>> workers,
            LongFunction<Optional<ConnectionFacts>> connections,
            String instance) {
        this.workers = workers;
        this.connections = connections;
        this.instance = instance;
    }

    private record Undecided(WorkerRegistration registration, Instant at) {}

    /** A registration is being decided, and is shown already. */
    void offer(long pid, WorkerRegistration registration, Instant now) {
        held.put(pid, Optional.of(new Undecided(registration, now)));
    }

    /** A worker was admitted, or its earlier registration is in force again. */
    void hold(long pid) {
        held.put(pid, Optional.empty());
    }

    /** A worker is gone. */
    void release(long pid) {
        held.remove(pid);
    }

    /** The pids that are held; a view. */
    Set<Long> pids() {
        return held.keySet();
    }

    /** How many pids are held. */
    int size() {
        return held.size();
    }

    /** What the directory should show of a pid; null for nothing. */
    @Nullable FleetWorker find(long pid) {
        Optional<Undecided> state = held.get(pid);
        ConnectionFacts facts = connections.apply(pid).orElse(null);
        if (state == null || facts == null) {
            return null;
        }
        ConnectedWorker worker = workers.apply(pid).orElse(null);
        Undecided undecided = state.orElse(null);
        if (undecided != null) {
            return describe(
                    facts,
                    undecided.registration,
                    worker == null ? List.of() : worker.holders(),
                    undecided.at);
        }
        return worker == null
                ? null
                : describe(facts, worker.registration(), worker.holders(), worker.registeredAt());
    }

    private FleetWorker describe(
            ConnectionFacts facts,
            WorkerRegistration registration,
            List<String> holders,
            Instant registeredAt) {
        Principal principal = facts.principal();
        return new FleetWorker(
                instance,
                facts.pid(),
                withoutActivities(registration),
                holders,
                facts.remoteAddress(),
                facts.transport().label(),
                principal == null ? null : principal.name(),
                facts.userAgent(),
                facts.labels(),
                facts.connectedAt(),
                registeredAt);
    }

    private static WorkerRegistration withoutActivities(WorkerRegistration registration) {
        return new WorkerRegistration(
                registration.namespaces(),
                registration.taskQueue(),
                registration.node(),
                registration.activityTypes(),
                registration.identity(),
                List.of());
    }
}
