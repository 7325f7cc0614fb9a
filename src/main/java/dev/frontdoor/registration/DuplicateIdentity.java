package dev.frontdoor.registration;

/** What happens to a worker whose identity another connection has. */
public enum DuplicateIdentity {
    /** Both are served. */
    ALLOW,
    /** The newer one is rejected. */
    REJECT,
    /**
     * The older one is disconnected and released before any notifier is called with the newer one.
     */
    REPLACE
}
