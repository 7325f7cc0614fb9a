package dev.frontdoor.auth.jwt;

import dev.frontdoor.notifier.Grants;
import dev.frontdoor.notifier.Principal;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads claims, which are named by their names or by JSON pointers. */
final class TokenClaims {

    private TokenClaims() {}

    /**
     * A principal that is named by a claim.
     *
     * @throws UnusableClaimException if the claim is missing, or is no name
     */
    static Principal principal(
            Map<String, Object> claims,
            String nameClaim,
            Grants grants,
            Map<String, String> attributes,
            Instant expiresAt) {
        if (!(find(claims, nameClaim) instanceof String name)) {
            throw new UnusableClaimException(
                    "its claim %s for the name is not a string".formatted(nameClaim));
        }
        try {
            return new Principal(name, Principal.Kind.JWT, grants, attributes, expiresAt);
        } catch (IllegalArgumentException e) {
            throw new UnusableClaimException(
                    "its claim %s is no name: %s".formatted(nameClaim, e.getMessage()));
        }
    }

    /**
     * The strings of a claim that is a string or an array of strings; none if it is missing.
     *
     * @throws UnusableClaimException if it is of another kind
     */
    static List<String> strings(Map<String, Object> claims, String claim) {
        return switch (find(claims, claim)) {
            case null -> List.of();
            case String string -> List.of(string);
            case List<?> values -> strings(values, claim);
            default -> throw notStrings(claim);
        };
    }

    private static List<String> strings(List<?> values, String claim) {
        List<String> strings = new ArrayList<>();
        for (Object value : values) {
            if (!(value instanceof String string)) {
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
