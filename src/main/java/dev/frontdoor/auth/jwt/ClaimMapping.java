package dev.frontdoor.auth.jwt;

import dev.frontdoor.notifier.Grants;
import dev.frontdoor.notifier.Principal;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes a principal of the claims of a token. */
final class ClaimMapping {

    private final String principalClaim;
    private final String namespacesClaim;
    private final String taskQueuesClaim;
    private final Duration clockSkew;

    ClaimMapping(JwtProperties properties) {
        this.principalClaim = properties.principalClaim();
        this.namespacesClaim = properties.namespacesClaim();
        this.taskQueuesClaim = properties.taskQueuesClaim();
        this.clockSkew = properties.clockSkew();
    }

    /**
     * Whose token it is, and what it grants.
     *
     * @param claims as they are in the token
     * @param expiry the value of {@code exp}
     * @throws UnusableClaimException if a claim is missing, or is of the wrong kind
     */
    Principal principal(Map<String, Object> claims, Instant expiry) {
        if (!(find(claims, principalClaim) instanceof String name)) {
            throw new UnusableClaimException(
                    "its claim %s for the name is not a string".formatted(principalClaim));
        }
        Grants grants = grants(claims);
        Instant expiresAt = expiry.plus(clockSkew);
        try {
            return new Principal(name, Principal.Kind.JWT, grants, Map.of(), expiresAt);
        } catch (IllegalArgumentException e) {
            throw new UnusableClaimException(
                    "its claim %s is no name: %s".formatted(principalClaim, e.getMessage()));
        }
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
        if (claim.isEmpty()) {
            return List.of("*");
        }
        return switch (find(claims, claim)) {
            case null -> List.of();
            case String pattern -> List.of(pattern);
            case List<?> patterns -> strings(patterns, claim);
            default -> throw notStrings(claim);
        };
    }

    private static List<String> strings(List<?> patterns, String claim) {
        List<String> strings = new ArrayList<>();
        for (Object pattern : patterns) {
            if (!(pattern instanceof String string)) {
                throw notStrings(claim);
            }
            strings.add(string);
        }
        return strings;
    }

    private static UnusableClaimException notStrings(String claim) {
        return new UnusableClaimException(
                "its claim %s is neither a string nor an array of strings".formatted(claim));
    }

    /** The value of a claim by its name, or by its JSON pointer; null if there is none. */
    private static @Nullable Object find(Map<String, Object> claims, String claim) {
        if (!claim.startsWith("/")) {
            return claims.get(claim);
        }
        Object value = claims;
        for (String part : claim.substring(1).split("/", -1)) {
            String name = part.replace("~1", "/").replace("~0", "~");
            value = value instanceof Map<?, ?> object ? object.get(name) : null;
        }
        return value;
    }
}
