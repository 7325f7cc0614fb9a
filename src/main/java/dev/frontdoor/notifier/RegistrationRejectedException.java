package dev.frontdoor.notifier;

import java.util.Objects;

/**
 * Thrown by {@link ConnectionNotifier#onWorkerRegistered} to turn a worker away. The reason reaches
 * the worker exactly as it is given. It is an answer and not a fault, so it has no stack trace.
 */
public final class RegistrationRejectedException extends RuntimeException {

    /**
     * A rejection.
     *
     * @param reason what the worker is told; may be empty, not null
     */
    public RegistrationRejectedException(String reason) {
        super(Objects.requireNonNull(reason, "reason"), null, false, false);
    }

    /** What the worker is told. */
    public String reason() {
        return Objects.requireNonNull(getMessage());
    }
}
