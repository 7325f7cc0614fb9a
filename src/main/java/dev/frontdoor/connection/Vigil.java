package dev.frontdoor.connection;

import dev.frontdoor.registration.Refusal;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** What a connection's time limits are measured from, and which of them have passed. */
final class Vigil {

    private final LimitProperties limits;
    private final HeartbeatProperties heartbeat;
    private final long began = System.nanoTime();
    private long heardAt = began;
    private long stalledAt;
    private boolean asked;

    Vigil(LimitProperties limits, HeartbeatProperties heartbeat) {
        this.limits = limits;
        this.heartbeat = heartbeat;
    }

    /** Something came from the worker, be it part of a frame. */
    void heard() {
        heardAt = System.nanoTime();
        asked = false;
    }

    /** The worker has left too much unread for more to be written at once. */
    void stalled() {
        stalledAt = System.nanoTime();
    }

    /** Why a worker that has not said what it must is given up; null if there is time left. */
    @Nullable Refusal overdue(long now, boolean awaitsConnect, boolean awaitsRegistration) {
        if (awaitsConnect && exceeds(now - began, limits.connectTimeout())) {
            return Refusal.CONNECT_TIMEOUT;
        }
        if (awaitsRegistration && exceeds(now - began, limits.registrationTimeout())) {
            return Refusal.REGISTRATION_TIMEOUT;
        }
        return null;
    }

    /** Whether the worker, which reads what it is sent, has been silent for too long. */
    boolean isLost(long now) {
        return !heartbeat.interval().isZero() && exceeds(now - heardAt, patience());
    }

    /** Whether the worker has not read what it was sent for too long. */
    boolean isStuck(long now) {
        return !heartbeat.interval().isZero() && exceeds(now - stalledAt, patience());
    }

    /** Whether the worker is to be asked if it is there; once for each silence. */
    boolean mustAsk(long now) {
        boolean ask = !asked && exceeds(now - heardAt, heartbeat.interval());
        asked |= ask;
        return ask;
    }

    private Duration patience() {
        return heartbeat.interval().plus(heartbeat.timeout());
    }

    /** Whether a limit has passed; one of zero never does. */
    private static boolean exceeds(long nanos, Duration limit) {
        return !limit.isZero() && nanos > limit.toNanos();
    }
}
