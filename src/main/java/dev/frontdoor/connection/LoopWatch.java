package dev.frontdoor.connection;

import io.netty.channel.EventLoop;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The connections of one event loop, and the one timer that looks after all of them. */
final class LoopWatch {

    /** How often each connection is looked at, and so how late a time limit may be noticed. */
    static final Duration TICK = Duration.ofMillis(250);

    private final Set<WorkerConnection> connections = ConcurrentHashMap.newKeySet();

    LoopWatch(EventLoop loop) {
        Future<?> _ =
                loop.scheduleWithFixedDelay(
                        this::look, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    void add(WorkerConnection connection) {
        connections.add(connection);
    }

    void remove(WorkerConnection connection) {
        connections.remove(connection);
    }

    Set<WorkerConnection> connections() {
        return connections;
    }

    private void look() {
        long now = System.nanoTime();
        for (WorkerConnection connection : connections) {
            connection.checkTimes(now);
        }
    }
}
