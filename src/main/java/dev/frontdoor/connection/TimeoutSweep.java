package dev.frontdoor.connection;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The connections of one event loop, and the one periodic task that checks their timeouts. */
final class TimeoutSweep {

    /** How often timeouts are checked, and so how late one may be noticed. */
    static final Duration INTERVAL = Duration.ofMillis(250);

    private final Set<WorkerConnection> connections = ConcurrentHashMap.newKeySet();

    TimeoutSweep(EventLoop loop) {
        Future<?> _ =
                loop.scheduleWithFixedDelay(
                        this::sweep,
                        INTERVAL.toMillis(),
                        INTERVAL.toMillis(),
                        TimeUnit.MILLISECONDS);
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

    private void sweep() {
        connections.forEach(WorkerConnection::checkTimeouts);
    }
}
