package dev.frontdoor.connection;

import dev.frontdoor.notifier.DisplayText;
import dev.frontdoor.protocol.ProtocolVersion;
import dev.frontdoor.registration.CloseCause;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * How far a worker has come: what it has sent, and what was accepted of it. Belongs to the
 * connection's event loop.
 */
final class ConnectionSetup {

    /** The largest message of a worker that has not proved anything yet. */
    static final int MAX_FIRST_MESSAGE_SIZE = 64 * 1024;

    private final int maxMessageSize;
    private final MessageRoom room;
    private final Clock clock;

    /** Null before the first rejection. */
    private @Nullable RejectionPace rejections;

    private volatile @Nullable Rejection lastRejection;
    private @Nullable String declaredIdentity;
    private @Nullable ProtocolVersion version;
    private @Nullable CredentialWatch credential;
    private boolean authenticating;
    private boolean proven;
    private boolean registering;
    private boolean registered;

    /**
     * A worker that has just connected.
     *
     * @param maxMessageSize the largest message of a worker that has proved itself, in bytes
     * @param room learns when it has
     */
    ConnectionSetup(int maxMessageSize, MessageRoom room, Clock clock) {
        this.maxMessageSize = maxMessageSize;
        this.room = room;
        this.clock = clock;
    }

    /** The worker's credentials are being checked. */
    void onAuthenticating() {
        authenticating = true;
    }

    /** The worker's credentials were checked, and it is still here. */
    void onAuthenticated() {
        authenticating = false;
    }

    /** The worker has proved who it is. */
    void onProven(CredentialWatch watch) {
        credential = watch;
        onProven();
    }

    private void onProven() {
        proven = true;
        room.onProven();
    }

    /** Why what the worker has proved holds no longer; null if it does. To be called regularly. */
    @Nullable CloseCause endOfProof() {
        return credential == null ? null : credential.endsNow();
    }

    /** Connect has succeeded. */
    void onConnected(ProtocolVersion selected) {
        version = selected;
        onProven();
    }

    /** A WorkerRegister has arrived, whatever its outcome. */
    void onRegistering(String identity) {
        registering = true;
        declaredIdentity = DisplayText.of(identity);
    }

    /** A registration was accepted. */
    void onRegistered() {
        registered = true;
        room.onProven();
        declaredIdentity = null;
    }

    /**
     * A registration was rejected; an earlier one stays in force.
     *
     * @return how many nanoseconds the answer waits
     */
    long onRejected(String identity, String reason) {
        lastRejection = new Rejection(identity, reason, Instant.ofEpochMilli(clock.wallTime()));
        if (rejections == null) {
            rejections = new RejectionPace();
        }
        return rejections.nextDelay(clock.monotonicTime());
    }

    /**
     * The identity that a worker without a registration declared last, truncated and escaped; may
     * be null.
     */
    @Nullable String declaredIdentity() {
        return declaredIdentity;
    }

    /** The last registration that was rejected; null if none was. May be read by any thread. */
    @Nullable Rejection lastRejection() {
        return lastRejection;
    }

    boolean isConnected() {
        return version != null;
    }

    /** Whether the worker was sent a ConnectAck with this version, or a later one. */
    boolean speaks(ProtocolVersion wanted) {
        return version != null && version.compareTo(wanted) >= 0;
    }

    boolean isAuthenticating() {
        return authenticating;
    }

    /** Whether Connect has succeeded, or the worker has proved who it is in another way. */
    boolean isProven() {
        return proven;
    }

    boolean awaitsRegistration() {
        return !registering;
    }

    /** The largest message accepted now, in bytes: section 9 of docs/protocol.md. */
    int maxMessageSize() {
        return proven || registered
                ? maxMessageSize
                : Math.min(maxMessageSize, MAX_FIRST_MESSAGE_SIZE);
    }
}
