package dev.frontdoor.connection;

import dev.frontdoor.auth.AuthenticationResult.Accepted;
import dev.frontdoor.auth.Credential;
import dev.frontdoor.registration.CloseCause;

import io.micrometer.core.instrument.Clock;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Notices that what a worker has proved itself by holds no longer. Connections whose credential is
 * revoked end at random moments of a time, so that their workers do not come back all at once.
 * Belongs to the connection's event loop.
 */
final class CredentialWatch {

    private static final long NEVER = Long.MAX_VALUE;

    private final Credential credential;
    private final Clock clock;
    private final long revocationWindow;
    private final long start;

    /** Nanoseconds from the start. */
    private final long expiresAfter;

    /** Nanoseconds from the start; known once the credential is revoked. */
    private long endsAfter = NEVER;

    /**
     * Watches credentials that were accepted just now.
     *
     * @param revocationWindow the time in which the connection ends after a revocation
     */
    CredentialWatch(Accepted accepted, Duration revocationWindow, Clock clock) {
        this.credential = accepted.credential();
        this.clock = clock;
        this.revocationWindow = TimeUnit.NANOSECONDS.convert(revocationWindow);
        this.start = clock.monotonicTime();
        Instant expiresAt = accepted.principal().expiresAt();
        this.expiresAfter = expiresAt == null ? NEVER : nanosUntil(expiresAt);
    }

    /** Why the connection ends now; null if it does not. To be called regularly. */
    @Nullable CloseCause endsNow() {
        if (credential.isRevoked() && endsAfter == NEVER) {
            endsAfter = age() + ThreadLocalRandom.current().nextLong(revocationWindow + 1);
        }
        if (endsAfter != NEVER && age() >= endsAfter) {
            return CloseCause.CREDENTIAL_REVOKED;
        }
        return expiresAfter != NEVER && age() >= expiresAfter
                ? CloseCause.CREDENTIAL_EXPIRED
                : null;
    }

    private long age() {
        return clock.monotonicTime() - start;
    }

    private long nanosUntil(Instant time) {
        return TimeUnit.NANOSECONDS.convert(
                time.toEpochMilli() - clock.wallTime(), TimeUnit.MILLISECONDS);
    }
}
