package dev.frontdoor.auth;

import dev.frontdoor.notifier.Principal;

/** What was found out about credentials. */
public sealed interface AuthenticationResult {

    /**
     * They are good.
     *
     * @param principal who has shown them
     * @param credential tells later whether they were revoked
     */
    record Accepted(Principal principal, Credential credential) implements AuthenticationResult {}

    /**
     * They are not accepted.
     *
     * @param reason what the log says; the peer is not told
     * @param expired whether they would be accepted if they had not expired
     */
    record Refused(String reason, boolean expired) implements AuthenticationResult {

        /** They are not accepted, whatever the time. */
        public Refused(String reason) {
            this(reason, false);
        }
    }

    /** They cannot be checked now. The log has said why. */
    record Unavailable() implements AuthenticationResult {}
}
