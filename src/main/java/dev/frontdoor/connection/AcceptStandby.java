package dev.frontdoor.connection;

import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Accepts connections on a thread of its own while the event loop of a port is late: at each check,
 * what waits, if the loop has accepted nothing since the check before. Those beyond a limit are
 * closed at once. The others are shared out over all event loops as usual, so that other loops
 * serve theirs.
 *
 * <p>Normally an event loop accepts: a thread that always did would be woken for each connection,
 * and would wake an event loop in turn.
 */
public final class AcceptStandby implements SmartLifecycle, AutoCloseable {

    /** The time between two checks. A loop that has accepted nothing meanwhile may be late. */
    static final Duration INTERVAL = Duration.ofMillis(100);

    /** Stops before Boot's web servers begin to, and after the drain. */
    private static final int PHASE = DEFAULT_PHASE - 1023;

    private final Set<StandbyPort> ports = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService executor;
    private final AcceptFailures failures;

    private @Nullable Future<?> checks;

    AcceptStandby(ScheduledExecutorService executor, AcceptFailures failures) {
        this.executor = executor;
        this.failures = failures;
    }

    static AcceptStandby onOwnThread(AcceptFailures failures) {
        return new AcceptStandby(
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("accept-standby").factory()),
                failures);
    }

    /** Whether there can be a standby: only with Netty's library for epoll, which Linux has. */
    public static boolean isSupported() {
        return StandbyPort.isSupported();
    }

    /** Watches a port from now on. */
    void watch(StandbyPort port) {
        ports.add(port);
    }

    /**
     * Watches a port no longer. Once this has returned, its socket is not used any more. Waits for
     * a check that is running.
     */
    void unwatch(StandbyPort port) {
        ports.remove(port);
        port.release();
    }

    /** Logs or counts that an event loop could not accept connections. */
    void loopFailed(int port, Throwable failure) {
        failures.log(port, failure);
    }

    /** How many ports are watched. */
    int watched() {
        return ports.size();
    }

    @Override
    public synchronized void start() {
        if (checks == null) {
            checks =
                    executor.scheduleWithFixedDelay(
                            this::check,
                            INTERVAL.toNanos(),
                            INTERVAL.toNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    /** Lets go of all ports, whose event loops may end without closing them. */
    @Override
    public synchronized void stop() {
        if (checks != null) {
            checks.cancel(false);
            checks = null;
        }
        ports.forEach(this::unwatch);
    }

    @Override
    public synchronized boolean isRunning() {
        return checks != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /**
     * Boot's web servers stay open while a context is paused, and are not watched anew after it.
     */
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private void check() {
        ports.removeIf(port -> !check(port));
    }

    /** Returns whether the port is to be watched further. */
    private boolean check(StandbyPort port) {
        try {
            return port.check();
        } catch (Throwable e) {
            // Thrown on, it would end all further checks.
            failures.log(port.number(), e);
            return true;
        }
    }
}
