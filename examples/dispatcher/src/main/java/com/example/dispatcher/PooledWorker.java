package com.example.dispatcher;

import dev.frontdoor.protocol.WorkerRegistration;

import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/** A worker that can take tasks. Used by one thread. */
final class PooledWorker {

    private final WorkerId id;
    private Set<Route> routes = Set.of();
    private int pending;
    private long restsUntil = System.nanoTime();

    PooledWorker(WorkerId id) {
        this.id = id;
    }

    WorkerId id() {
        return id;
    }

    Set<Route> routes() {
        return routes;
    }

    /** The tasks that it has not replied to. */
    int pending() {
        return pending;
    }

    boolean isResting() {
        return System.nanoTime() - restsUntil < 0;
    }

    void serve(WorkerRegistration registration) {
        routes =
                registration.activityTypes().stream()
                        .map(activity -> new Route(registration.taskQueue(), activity))
                        .collect(Collectors.toUnmodifiableSet());
    }

    void begin() {
        pending++;
    }

    void end() {
        pending--;
    }

    /** Gives it no further task for a while. */
    void rest(Duration pause) {
        long until = System.nanoTime() + pause.toNanos();
        if (until - restsUntil > 0) {
            restsUntil = until;
        }
    }
}
