package dev.frontdoor.notifier;

import java.util.Objects;

/**
 * Thrown by {@link ConnectionNotifier#onWorkerRegistered} to reject a worker. The worker receives
 * exactly this reason, unless it is very long. A rejection is an expected outcome, so it has no
 * stack trace.
 */
public final class RegistrationRejectedException extends RuntimeException {

    /**
     * Creates a rejection.
     *
     * @param reason the text that the worker receives; may be empty, not null. Of a text of more
     *     than 4,096 bytes of UTF-8 it receives the start
     */
    public RegistrationRejectedException(String reason) {
        super(Objects.requireNonNull(reason, "reason"), null, false, false);
    }

    /** The text that the worker receives. */
    public String reason() {
        return Objects.requireNonNull(getMessage());
    }
}
