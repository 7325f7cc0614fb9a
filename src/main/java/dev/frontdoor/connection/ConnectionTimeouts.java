package dev.frontdoor.connection;

import dev.frontdoor.registration.CloseCause;
import dev.frontdoor.registration.LimitProperties;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * The timeouts of one connection: when each began, and which of them have passed. Times are of the
 * clock's monotonic source. Belongs to the connection's event loop.
 */
final class ConnectionTimeouts {

    private final LimitProperties limits;
    private final HeartbeatProperties heartbeat;
    private final Clock clock;
    private final long openedAt;
    private long readAt;
    private long unwritableSince;
    private boolean pinged;

    ConnectionTimeouts(LimitProperties limits, HeartbeatProperties heartbeat, Clock clock) {
        this.limits = limits;
        this.heartbeat = heartbeat;
        this.clock = clock;
        this.openedAt = clock.monotonicTime();
        this.readAt = openedAt;
    }

    /** Bytes have come from the worker, be they part of a frame. */
    void onRead() {
        readAt = clock.monotonicTime();
        pinged = false;
    }

    /** The worker has left too much unread for more to be written at once. */
    void onUnwritable() {
        unwritableSince = clock.monotonicTime();
    }

    /** The timeout that a worker without Connect or WorkerRegister has passed; null if none. */
    @Nullable CloseCause overdue(boolean awaitsConnect, boolean awaitsRegistration) {
        if (awaitsConnect && hasPassed(limits.connectTimeout(), openedAt)) {
            return CloseCause.CONNECT_TIMEOUT;
        }
        if (awaitsRegistration && hasPassed(limits.registrationTimeout(), openedAt)) {
            return CloseCause.REGISTRATION_TIMEOUT;
        }
        return null;
    }

    /** Whether the worker has sent nothing for too long, not even a pong. */
    boolean isSilent() {
        return heartbeatPassed(readAt);
    }

    /** Whether the worker has not read what it was sent for too long. */
    boolean isStuck() {
        return heartbeatPassed(unwritableSince);
    }

    /** Whether to ping the worker now; true once for each silence. */
    boolean pingDue() {
        boolean due = !pinged && hasPassed(heartbeat.interval(), readAt);
        pinged |= due;
        return due;
    }

    private boolean heartbeatPassed(long since) {
        Duration interval = heartbeat.interval();
        return !interval.isZero() && hasPassed(interval.plus(heartbeat.timeout()), since);
    }

    /** Whether a timeout has passed; zero never does. */
    private boolean hasPassed(Duration timeout, long since) {
        return !timeout.isZero() && clock.monotonicTime() - since > timeout.toNanos();
    }
}
