package dev.frontdoor.notifier;

import java.util.Objects;

/**
 * An {@link Authenticator} does not accept a worker's credentials. The reason goes to the log of
 * the service, and must not contain the token. The worker learns only that it is not accepted. A
 * refusal is an expected outcome, so it has no stack trace.
 */
public final class AuthenticationException extends RuntimeException {

    /**
     * Refuses credentials.
     *
     * @param reason what the log says; truncated and escaped there
     */
    public AuthenticationException(String reason) {
        super(Objects.requireNonNull(reason, "reason"), null, false, false);
    }
}
