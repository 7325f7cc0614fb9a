package dev.frontdoor.auth.jwt;

import com.nimbusds.jose.jwk.JWK;

import dev.frontdoor.notifier.Principal;

/** What a check of a token has found. */
public sealed interface Verification {

    /**
     * It is good.
     *
     * @param principal whose token it is
     * @param key the key that it is signed with
     */
    record Verified(Principal principal, JWK key) implements Verification {}

    /**
     * It is not accepted.
     *
     * @param reason what the log says; nothing of the token is in it
     * @param expired whether its age is all that is wrong with what it says
     */
    record Rejected(String reason, boolean expired) implements Verification {

        /** It is not accepted, whatever the time. */
        public Rejected(String reason) {
            this(reason, false);
        }
    }

    /** It is not signed with any key of the set. */
    record UnknownKey() implements Verification {}
}
