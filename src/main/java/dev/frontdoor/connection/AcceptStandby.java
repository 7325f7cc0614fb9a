package dev.frontdoor.connection;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Accepts connections in place of an event loop that is late, on a thread of its own: those beyond
 * a limit are closed meanwhile, and the others get to event loops that are not late.
 *
 * <p>Otherwise an event loop accepts by itself, as a thread that always does would be woken for
 * each connection and wake an event loop in turn.
 */
public final class AcceptStandby implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AcceptStandby.class);

    /** How often event loops are checked. One that has not run a task for so long is late. */
    static final Duration INTERVAL = Duration.ofMillis(100);

    private final Set<StandbyPort> ports = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService executor;

    AcceptStandby(ScheduledExecutorService executor) {
        this.executor = executor;
        Future<?> _ =
                executor.scheduleWithFixedDelay(
                        this::check, INTERVAL.toNanos(), INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
    }

    static AcceptStandby onOwnThread() {
        return new AcceptStandby(
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("accept-standby").factory()));
    }

    /** Whether there can be a stand-by: only with Netty's library for epoll, which Linux has. */
    public static boolean isSupported() {
        return StandbyPort.isSupported();
    }

    /** Stands by for a port from now on. */
    void watch(StandbyPort port) {
        ports.add(port);
    }

    /** Stands by for a port no longer. Once this has returned, its socket is not used any more. */
    void unwatch(StandbyPort port) {
        ports.remove(port);
        port.release();
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private void check() {
        for (StandbyPort port : ports) {
            try {
                port.check();
            } catch (Throwable e) {
                // Thrown on, it would end all further checks.
                log.error("connections that wait for a late event loop could not be accepted", e);
            }
        }
    }
}
