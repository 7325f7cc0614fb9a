package dev.frontdoor.registration;

/** What becomes of a worker whose identity another connection has. */
public enum DuplicateIdentity {
    /** Both are served. */
    ALLOW,
    /** The newer one is rejected. */
    REJECT,
    /** The older one is disconnected, and its end told, before the newer one is offered. */
    REPLACE
}
