package dev.frontdoor.invocation;

/** How a call to a notifier ended. */
public enum CallOutcome {
    /** It returned in time. */
    RETURNED,
    /** It has no say: it does not take such a registration, or no longer holds the pid. */
    PASSED,
    /** It rejected the registration. */
    REJECTED,
    /** It threw anything else. */
    FAILED,
    /** It was not over at its time limit. */
    TIMEOUT,
    /** It returned after its time limit; the same call was counted as a time-out before. */
    LATE;

    boolean isFailure() {
        return this == FAILED || this == TIMEOUT;
    }
}
