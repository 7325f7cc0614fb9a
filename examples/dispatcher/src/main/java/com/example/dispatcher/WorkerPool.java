package com.example.dispatcher;

import dev.frontdoor.protocol.WorkerRegistration;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The admitted workers, by identifier and by route. Used by one thread. */
final class WorkerPool {

    private final int maxPendingPerWorker;
    private final Map<WorkerId, PooledWorker> byId = new HashMap<>();
    private final Map<Route, Set<PooledWorker>> byRoute = new HashMap<>();

    WorkerPool(int maxPendingPerWorker) {
        this.maxPendingPerWorker = maxPendingPerWorker;
    }

    /** Adds a worker, or takes over its new registration. Its pending tasks stay. */
    PooledWorker admit(WorkerId id, WorkerRegistration registration) {
        PooledWorker worker = byId.computeIfAbsent(id, PooledWorker::new);
        leaveRoutes(worker);
        worker.serve(registration);
        for (Route route : worker.routes()) {
            byRoute.computeIfAbsent(route, added -> new HashSet<>()).add(worker);
        }
        return worker;
    }

    void remove(WorkerId id) {
        PooledWorker worker = byId.remove(id);
        if (worker != null) {
            leaveRoutes(worker);
        }
    }

    /** Removes all workers that match. */
    void removeIf(Predicate<WorkerId> matching) {
        List.copyOf(byId.keySet()).stream().filter(matching).forEach(this::remove);
    }

    Optional<PooledWorker> find(WorkerId id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** The worker of a route with the fewest pending tasks, of those that can take one now. */
    Optional<PooledWorker> leastBusy(Route route) {
        return byRoute.getOrDefault(route, Set.of()).stream()
                .filter(worker -> worker.pending() < maxPendingPerWorker && !worker.isResting())
                .min(Comparator.comparingInt(PooledWorker::pending));
    }

    private void leaveRoutes(PooledWorker worker) {
        for (Route route : worker.routes()) {
            byRoute.computeIfPresent(
                    route,
                    (left, others) -> {
                        others.remove(worker);
                        return others.isEmpty() ? null : others;
                    });
        }
    }
}
