package dev.frontdoor.invocation;

/** What a call to a notifier is about. */
public enum CallKind implements Labeled {
    /** A registration of a pid that the notifier does not hold. */
    REGISTERED,
    /** A registration of a pid of which the notifier holds an earlier one. */
    REPLACED,
    /** The earlier registration again, because its replacement was rejected. */
    RESTORED,
    /** The end of a registration that the notifier holds. */
    UNREGISTERED,
    /** The acknowledgment of a registration that the notifier holds. */
    ADMITTED,
    /** A publication of a worker. */
    PUBLISHED,
    /** The beginning of a drain. */
    DRAIN;

    /** Whether the call has no purpose once the notifier no longer holds the pid. */
    boolean needsHolder() {
        return this == ADMITTED || this == PUBLISHED;
    }
}
