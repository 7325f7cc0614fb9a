package dev.frontdoor.invocation;

/** What a call tells or asks a notifier. */
public enum CallKind {
    /** A registration, for a pid it does not hold. */
    REGISTERED,
    /** A registration, for a pid of which it holds an earlier one. */
    REPLACED,
    /** The earlier registration once more, after somebody refused its replacement. */
    RESTORED,
    /** The end of a registration it holds. */
    UNREGISTERED,
    /** What a worker published. */
    PUBLISHED
}
