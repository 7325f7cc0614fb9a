package dev.frontdoor.invocation;

import java.util.Locale;

/** How a call to a notifier ended, as it is counted. */
public enum CallOutcome {
    /** The notifier returned in time. */
    RETURNED,
    /** The notifier does not take such a registration, or no longer holds the pid. */
    PASSED,
    /** The notifier rejected the registration. */
    REJECTED,
    /** The notifier threw any other exception. */
    FAILED,
    /** The call did not end within its timeout. */
    TIMEOUT,
    /** The notifier returned after the timeout. The same call was counted as a timeout before. */
    LATE;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** Its name in metrics. */
    public String label() {
        return label;
    }

    boolean isFailure() {
        return this == FAILED || this == TIMEOUT;
    }
}
