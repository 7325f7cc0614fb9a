package dev.frontdoor.notifier;

import java.util.Objects;

/**
 * Thrown by {@link ConnectionNotifier#onWorkerRegistered} when the notifier works, but cannot
 * process this one registration because of its content. For the worker it is a failure of the
 * notifier, like any other exception. But it does not count towards the suspension of the notifier,
 * so it must not be thrown for a fault that other registrations meet too.
 */
public final class UnprocessableRegistrationException extends RuntimeException {

    /**
     * Creates a failure.
     *
     * @param message what is wrong, for logs; the worker does not receive it
     */
    public UnprocessableRegistrationException(String message) {
        super(Objects.requireNonNull(message, "message"));
    }
}
