package dev.frontdoor.invocation;

/** How a call to a notifier ended, as it is counted. */
public enum CallOutcome implements Labeled {
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
}
