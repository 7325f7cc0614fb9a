package dev.frontdoor.auth.jwt;

import dev.frontdoor.notifier.Grants;
import dev.frontdoor.notifier.Principal;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Makes the principal of a worker: claims tell what it may register. */
final class WorkerClaims implements ClaimMapping {

    private final String principalClaim;
    private final String namespacesClaim;
    private final String taskQueuesClaim;

    WorkerClaims(JwtProperties properties) {
        this.principalClaim = properties.principalClaim();
        this.namespacesClaim = properties.namespacesClaim();
        this.taskQueuesClaim = properties.taskQueuesClaim();
    }

    @Override
    public Principal principal(Map<String, Object> claims, Instant expiresAt) {
        return TokenClaims.principal(claims, principalClaim, grants(claims), Map.of(), expiresAt);
    }

    private Grants grants(Map<String, Object> claims) {
        try {
            return new Grants(granted(claims, namespacesClaim), granted(claims, taskQueuesClaim));
        } catch (IllegalArgumentException e) {
            throw new UnusableClaimException("its claims grant too much: " + e.getMessage());
        }
    }

    /** A claim that is missing grants nothing. */
    private static List<String> granted(Map<String, Object> claims, String claim) {
        return claim.isEmpty() ? List.of("*") : TokenClaims.strings(claims, claim);
    }
}
