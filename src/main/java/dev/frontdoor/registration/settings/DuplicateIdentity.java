package dev.frontdoor.registration.settings;

/** What happens to a worker whose identity another connection has. */
public enum DuplicateIdentity {
    /** Both are served. */
    ALLOW,
    /** The newer one is rejected while the registration of the other is in force. */
    REJECT,
    /** The older one is disconnected once all notifiers have accepted the newer one. */
    REPLACE
}
