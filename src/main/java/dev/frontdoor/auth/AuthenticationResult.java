package dev.frontdoor.auth;

import dev.frontdoor.notifier.Principal;

/** What was found out about a worker's credentials. */
public sealed interface AuthenticationResult {

    /**
     * They are good.
     *
     * @param principal who the worker is
     * @param credential tells later whether they were revoked
     */
    record Accepted(Principal principal, Credential credential) implements AuthenticationResult {}

    /**
     * They are not accepted.
     *
     * @param reason what the log says; the worker is not told
     */
    record Refused(String reason) implements AuthenticationResult {}

    /** They cannot be checked now. The log has said why. */
    record Unavailable() implements AuthenticationResult {}
}
