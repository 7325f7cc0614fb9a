package dev.frontdoor.registration;

import dev.frontdoor.invocation.Labeled;

/** What became of a registration, as it is counted. */
public enum RegistrationOutcome implements Labeled {
    ACCEPTED,
    /** A notifier, a limit, a ban, a worker of the same identity, or a drain rejected it. */
    REJECTED,
    /** It was rejected for now: the worker may try again after the time that the reason names. */
    DEFERRED,
    /** A notifier failed, or the service did. */
    FAILED,
    /** A notifier exceeded its timeout. */
    TIMEOUT,
    /** No notifier takes such a worker. */
    UNMATCHED,
    /** The connection ended first. */
    ABANDONED;
}
