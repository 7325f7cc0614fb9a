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
     */
    record Rejected(String reason) implements Verification {}

    /** It is not signed with any key of the set. */
    record UnknownKey() implements Verification {}
}
