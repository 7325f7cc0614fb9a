package dev.frontdoor.auth.jwt;

import dev.frontdoor.notifier.Principal;

import java.time.Instant;
import java.util.Map;

/** Makes a principal of the claims of a token. */
@FunctionalInterface
interface ClaimMapping {

    /**
     * Whose token it is, and what it grants.
     *
     * @param claims as they are in the token
     * @param expiresAt when it ceases to count
     * @throws UnusableClaimException if a claim is missing, or is of the wrong kind
     */
    Principal principal(Map<String, Object> claims, Instant expiresAt);
}
