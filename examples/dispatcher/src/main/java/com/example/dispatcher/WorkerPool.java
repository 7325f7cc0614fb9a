package com.example.dispatcher;

import dev.frontdoor.protocol.WorkerRegistration;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The admitted workers, by pid and by route. Used by one thread. */
final class WorkerPool {

    private final int maxPendingPerWorker;
    private final Map<Long, PooledWorker> byPid = new HashMap<>();
    private final Map<Route, Set<PooledWorker>> byRoute = new HashMap<>();

    WorkerPool(int maxPendingPerWorker) {
        this.maxPendingPerWorker = maxPendingPerWorker;
    }

    /** Adds a worker, or takes over its new registration. Its pending tasks stay. */
    PooledWorker admit(long pid, WorkerRegistration registration) {
        PooledWorker worker = byPid.computeIfAbsent(pid, PooledWorker::new);
        leaveRoutes(worker);
        worker.serve(registration);
        for (Route route : worker.routes()) {
            byRoute.computeIfAbsent(route, added -> new HashSet<>()).add(worker);
        }
        return worker;
    }

    void remove(long pid) {
        PooledWorker worker = byPid.remove(pid);
        if (worker != null) {
            leaveRoutes(worker);
        }
    }

    Optional<PooledWorker> find(long pid) {
        return Optional.ofNullable(byPid.get(pid));
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
